/// Rows in aligned columns: text to the left, numbers to the right.
///
/// ```swift
/// var table = TextTable([.left(""), .right("documents"), .right("size")])
/// table.add("shop.users", "50,000", "125.5 MB")
/// print(table.text(style: .plain), terminator: "")
/// ```
struct TextTable {
    /// A column: on which side its cells are aligned, and what stands above them.
    struct Column {
        fileprivate let isRight: Bool
        fileprivate let title: String
        fileprivate var leastWidth = 0

        /// A column of text; as wide as asked for, so that several tables can be in line.
        static func left(_ title: String, atLeast width: Int = 0) -> Column {
            Column(isRight: false, title: title, leastWidth: width)
        }

        /// A column of numbers.
        static func right(_ title: String, atLeast width: Int = 0) -> Column {
            Column(isRight: true, title: title, leastWidth: width)
        }
    }

    private let columns: [Column]
    private let indentation: Int
    private var rows: [[String]] = []

    /// An empty table whose lines begin with so many blanks.
    init(_ columns: [Column], indentation: Int = 2) {
        self.columns = columns
        self.indentation = indentation
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row, a cell for each column.
    mutating func add(_ cells: String...) { add(cells) }

    /// Adds a row, a cell for each column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a cell for each column")
        rows.append(cells)
    }

    /// The lines, each with its end; a header above them where a column has a title.
    ///
    /// What is too wide for a terminal is told row by row.
    func text(style: TextStyle) -> String {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { column in
            ([titles] + rows).reduce(columns[column].leastWidth) { max($0, $1[column].count) }
        }
        let width = widths.reduce(indentation) { $0 + $1 + 2 } - 2
        if let available = style.terminalWidth, width > available, available >= 40 {
            return rows.map { stacked($0, style) }.joined()
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(zip(cells, columns), widths).map { cell, width in
                cell.1.isRight ? cell.0.padded(onLeftTo: width) : cell.0.padded(to: width)
            }
            let line = String(repeating: " ", count: indentation) + padded.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        let header = titles.allSatisfy(\.isEmpty) ? "" : style.dim(line(titles)) + "\n"
        return header + rows.map { line($0) + "\n" }.joined()
    }

    /// A row as a paragraph: what its columns of text say, then each number with its title.
    private func stacked(_ cells: [String], _ style: TextStyle) -> String {
        let named = zip(columns, cells).filter { !$1.isEmpty }.map { column, cell in
            (isText: !column.isRight, text: column.title.isEmpty || !column.isRight ? cell : "\(column.title) \(cell)")
        }
        let heading = named.prefix { $0.isText }.map(\.text)
        let rest = named.dropFirst(heading.count).map(\.text)
        let margin = String(repeating: " ", count: indentation)
        let lines = rest.joined(separator: ", ").wrapped(at: style.width - indentation - 2).map { "\(margin)  \($0)\n" }
        return "\(margin)\(heading.joined(separator: " "))\n" + lines.joined()
    }
}
