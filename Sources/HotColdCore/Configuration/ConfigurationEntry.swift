internal import Mongo

/// An entry of `collections` as it is written, with the places of what is compared with other entries.
struct ConfigurationEntry {
    let name: String
    let keyPath: String
    let hotCollection: Setting<String>
    let coldCollection: Setting<String>
    let isEnabled: Bool
    let policy: Policy
    let settings: InheritedSettings

    /// Reads an entry; nil where something is wrong with it, which is then reported.
    init?(
        _ member: JSONMember,
        in parent: ConfigurationSection,
        inherited: InheritedSettings,
        _ reader: inout ConfigurationReader
    ) {
        let problemsBefore = reader.problems.count
        guard let section = reader.section(member, in: parent, keys: ConfigurationKeys.collection) else { return nil }
        keyPath = section.keyPath
        let here = SettingOrigin.file(keyPath: section.keyPath, range: member.nameRange)
        isEnabled = reader.setting("enabled", in: section, .boolean)?.value ?? true

        let kind = SettingKind<String>.collectionName
        let hot = reader.setting("hot_collection", in: section, kind)
        if section.member("hot_collection") == nil, kind.fromText(member.name) == nil {
            let hint = "give the collection's name as hot_collection, if it has another one"
            reader.report(
                "expected \(kind.expectation) as the key, found \"\(quotation(of: member.name))\"",
                here,
                hint: hint
            )
        }
        let cold = reader.setting("cold_collection", in: section, kind)
        name = member.name
        hotCollection = hot ?? Setting(value: name, origin: here)
        coldCollection = cold ?? Setting(value: hotCollection.value + "_archive", origin: here)

        let own = InheritedSettings(section, &reader)
        settings = own.inheriting(inherited)
        let policy = Self.policy(section, own: own, settings, &reader)
        guard let policy, reader.problems.count == problemsBefore else { return nil }
        self.policy = policy
    }

    private static func policy(
        _ section: ConfigurationSection,
        own: InheritedSettings,
        _ settings: InheritedSettings,
        _ reader: inout ConfigurationReader
    ) -> Policy? {
        let kind: Setting<Policy.Kind>? = reader.setting("policy", in: section, .word)
        if section.member("policy") == nil {
            reader.reportMissing("policy", in: section, hint: "it is \(SettingKind<Policy.Kind>.word.expectation)")
        }
        let dateField = reader.setting("date_field", in: section, .fieldPath)
        let accessField = reader.setting("access_field", in: section, .fieldPath)
        let dateType: Setting<Policy.DateType>? = reader.setting("date_type", in: section, .word)
        let missing: Setting<Policy.MissingAccess>? = reader.setting("missing", in: section, .word)
        let filter = query("filter", in: section, &reader)
        let exclude = query("exclude", in: section, &reader)
        let (hotDays, coldDays) = thresholds(own: own, settings, &reader)
        guard let kind else { return nil }

        let usesDate = missing?.value == .useDate
        for (field, isNeeded) in [
            ("date_field", kind.value != .accessBased || usesDate),
            ("access_field", kind.value != .timeBased || usesDate),
        ] where isNeeded && section.member(field) == nil {
            let isNeededByPolicy = kind.value == .hybrid || (kind.value == .timeBased) == (field == "date_field")
            let owner = isNeededByPolicy ? "policy \"\(kind.value.rawValue)\"" : "\"missing\": \"use_date\""
            reader.reportMissing(field, in: section, hint: "\(owner) needs it")
        }
        var policy = Policy(
            kind: kind.value,
            dateField: dateField?.value,
            accessField: accessField?.value,
            dateType: dateType?.value ?? .date,
            missing: missing?.value ?? .keep,
            hotThresholdDays: hotDays,
            coldThresholdDays: coldDays,
            hotAccessDays: settings.hotAccessDays?.value ?? 30
        )
        let dates = QueryDates(policy)
        policy.filter = filter.flatMap { reading($0, dates, "filter", in: section, &reader) }
        policy.exclude = exclude.flatMap { reading($0, dates, "exclude", in: section, &reader) }
        return policy
    }

    /// A query with its dates as the documents have them; nil for a mistake, which is then reported.
    private static func reading(
        _ query: BSONDocument,
        _ dates: QueryDates,
        _ key: String,
        in section: ConfigurationSection,
        _ reader: inout ConfigurationReader
    ) -> BSONDocument? {
        do { return try dates.reading(query) } catch {
            let range = section.member(key)?.value.range ?? section.range
            reader.report("\(error)", .file(keyPath: section.path(to: key), range: range))
            return nil
        }
    }

    /// A hot threshold that the entry only inherits gives way to the cold one; one that is written there must not.
    private static func thresholds(
        own: InheritedSettings,
        _ settings: InheritedSettings,
        _ reader: inout ConfigurationReader
    ) -> (hot: Int, cold: Int) {
        let cold = settings.coldThresholdDays?.value ?? 90
        guard let written = own.hotThresholdDays else {
            return (min(settings.hotThresholdDays?.value ?? 90, cold), cold)
        }
        if written.value > cold {
            let remark = settings.coldThresholdDays?.origin.remark ?? " (built in)"
            reader.report(
                "\(written.value) days is larger than cold_threshold_days, \(cold)\(remark)",
                written.origin,
                hint: "a document can't be hot and cold at the same age"
            )
        }
        return (written.value, cold)
    }

    private static func query(
        _ key: String,
        in section: ConfigurationSection,
        _ reader: inout ConfigurationReader
    ) -> BSONDocument? {
        guard let member = section.member(key) else { return nil }
        do throws(JSONError) {
            let document = try ExtendedJSONQuery.document(from: member.value, in: reader.text)
            try QueryRules(text: reader.text).check(member.value)
            return document
        } catch let error {
            reader.report(error.reason, section.path(to: key), at: error.position)
            return nil
        }
    }
}
