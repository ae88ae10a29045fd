import HotColdCLI

CommandLineTool.main()
