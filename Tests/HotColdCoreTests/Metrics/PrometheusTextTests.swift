import Testing

@testable import HotColdCore

@Suite("Prometheus's text format")
struct PrometheusTextTests {
    @Test("has help, type and samples of each metric")
    func form() {
        var text = PrometheusText()
        text.add("a_bytes", "Bytes of a.", [(["tier": "hot", "name": "x"], 1), (["tier": "cold", "name": "x"], 0.5)])
        text.add("b", "No sample.", [])
        text.add("c", "No label.", [([:], -3)])
        #expect(
            text.text == """
                # HELP a_bytes Bytes of a.
                # TYPE a_bytes gauge
                a_bytes{tier="hot",name="x"} 1
                a_bytes{tier="cold",name="x"} 0.5
                # HELP c No label.
                # TYPE c gauge
                c -3

                """
        )
    }

    @Test("escapes backslash, quote and line feed, and nothing else")
    func escaping() {
        var text = PrometheusText()
        text.add("a", "One \\ and\ntwo \"quotes\".", [(["l": "a\\b\"c\nd\te\r\nf😀"], 1)])
        #expect(
            text.text == "# HELP a One \\\\ and\\ntwo \"quotes\".\n# TYPE a gauge\n"
                + "a{l=\"a\\\\b\\\"c\\nd\te\r\\nf😀\"} 1\n"
        )
    }

    @Test(
        "writes numbers that Go reads",
        arguments: [
            (0, "0"), (1_795_363_200.123, "1795363200.123"), (1e18, "1000000000000000000"), (1e22, "1e+22"),
            (10_737_418.24, "10737418.24"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, expected: String) {
        var text = PrometheusText()
        text.add("a", "A.", [([:], value)])
        #expect(text.text.hasSuffix("\na \(expected)\n"))
    }
}
