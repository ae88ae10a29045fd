/// A day of the proleptic Gregorian calendar, which BSON dates use for all years.
struct CalendarDay: Equatable {
    /// The year, counted from 1.
    let year: Int64

    /// The month, 1 to 12.
    let month: Int64

    /// The day of the month, counted from 1.
    let day: Int64

    /// How many days the month has; 31 for a month that is not in the calendar.
    var daysInMonth: Int64 {
        switch month {
        case 2: isLeapYear ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The number of days since 1970-01-01, negative before it.
    ///
    /// The year is taken to begin in March, so that the leap day is its last one; see `days_from_civil` in
    /// <https://howardhinnant.github.io/date_algorithms.html>.
    var daysSince1970: Int64 {
        let marchYear = month > 2 ? year : year - 1
        let monthOfMarchYear = (month + 9) % 12
        let dayOfMarchYear = (153 * monthOfMarchYear + 2) / 5 + day - 1
        // Years count from 1 here, so that a March year is never negative and `/` rounds down.
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        let daysFromMarchOfYear0To1970: Int64 = 719_468
        return marchYear * 365 + leapDays + dayOfMarchYear - daysFromMarchOfYear0To1970
    }

    private var isLeapYear: Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }
}
