/// Metrics in Prometheus's text format, version 0.0.4, as node_exporter's textfile collector reads it.
///
/// ```swift
/// var text = PrometheusText()
/// text.add("hotcold_documents", "Documents in the collection.", [(["tier": "hot"], 50_000)])
/// ```
public struct PrometheusText: Sendable {
    /// Labels and the value that they have; no two samples of a metric have the same labels.
    public typealias Sample = (labels: KeyValuePairs<String, String>, value: Double)

    /// The text so far; each line has its end.
    public private(set) var text = ""

    /// Creates an empty text.
    public init() {}

    /// Adds a gauge with its samples; nothing where there is none.
    ///
    /// - Parameters:
    ///   - name: in base units, with the unit at its end.
    ///   - help: what it is, in a sentence.
    ///   - samples: no two have the same labels.
    public mutating func add(_ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) gauge\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1, quoted: true))\"" }.joined(separator: ",")
            text += name + (labels.isEmpty ? "" : "{\(labels)}") + " \(Self.number(sample.value))\n"
        }
    }

    /// A whole number without a fraction, everything else as the shortest text that reads back as the same.
    private static func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

    private static func escaped(_ text: String, quoted: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quoted: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
