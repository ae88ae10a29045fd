/// Which of a collection's two places a namespace is; the raw values stand in locks.
enum Tier: String, Sendable {
    case hot
    case cold
}
