import FaultSuite

await FaultSuite.main()
