import Mongo

/// Time cut into intervals: what one pass over a collection tells apart of a date.
///
/// Whatever is the same for all moments of an interval can be asked of any of them, so that thresholds, histograms and
/// what-ifs come from one number for each document. Interval 0 lies before the first cut, the last one has no end.
struct DateIntervals: Hashable, Sendable {
    /// Where an interval ends and the next one begins, in milliseconds since 1970, ascending.
    let cuts: [Int64]

    /// Cuts time at these moments, which may repeat.
    init(cuts: some Sequence<Int64>) { self.cuts = Set(cuts).sorted() }

    /// How many intervals there are.
    var count: Int { cuts.count + 1 }

    /// The interval of a moment: the number of cuts that it is not before.
    func interval(of moment: Int64) -> Int {
        var (low, high) = (0, cuts.count)
        while low < high {
            let middle = (low + high) / 2
            if moment >= cuts[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A moment in an interval.
    func moment(in interval: Int) -> Int64 {
        if interval > 0 { return cuts[interval - 1] }
        // Nothing lies before the first moment of all; then no document is in interval 0.
        return cuts.first.map { $0 > .min ? $0 - 1 : .min } ?? 0
    }

    /// A side of time on which an interval has no cut that a value was compared with.
    enum OpenEnd { case past, future }

    /// An aggregation expression for the interval of a value that can be compared with the bounds of a type.
    ///
    /// A balanced tree of comparisons: four of them find one of sixteen intervals.
    ///
    /// - Parameter leaf: the expression for an interval, given the sides on which nothing was compared.
    func expression(
        _ value: BSONValue,
        _ type: Policy.DateType,
        leaf: (_ interval: Int, _ openEnds: Set<OpenEnd>) -> BSONValue = { interval, _ in .int(interval) }
    ) -> BSONValue {
        func tree(_ range: Range<Int>, _ openEnds: Set<OpenEnd>) -> BSONValue {
            guard !range.isEmpty else { return leaf(range.lowerBound, openEnds) }
            let middle = (range.lowerBound + range.upperBound) / 2
            let (before, after) = (range.lowerBound..<middle, middle + 1..<range.upperBound)
            switch type.bound(for: cuts[middle]) {
            case .at(let bound):
                let earlier = tree(before, openEnds.subtracting([.future]))
                let later = tree(after, openEnds.subtracting([.past]))
                return ["$cond": [["$gte": [value, bound]], later, earlier]]
            case .beforeAll: return tree(after, openEnds)
            case .afterAll: return tree(before, openEnds)
            }
        }
        return tree(0..<cuts.count, [.past, .future])
    }
}
