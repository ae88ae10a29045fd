import Glibc
import Mongo
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ConnectionTests {
    private struct Mistake: Error, Equatable {
        let number: Int
    }

    @Test func `runs its jobs one after another, in order, on a thread of its own`() async throws {
        let connection = try TestServer.pool().makeConnection()
        let own = try await connection.withClient { _ in pthread_self() }
        try await withThrowingTaskGroup(of: pthread_t.self) { group in
            for _ in 0..<50 { group.addTask { try await connection.withClient { _ in pthread_self() } } }
            for try await thread in group { #expect(thread == own) }
        }
        let other = try await TestServer.pool().makeConnection().withClient { _ in pthread_self() }
        #expect(other != own)
    }

    @Test func `passes on what the body throws and works on`() async throws {
        let connection = try TestServer.pool().makeConnection()
        for number in 0..<3 {
            await #expect(throws: Mistake(number: number)) {
                try await connection.withClient { _ in throw Mistake(number: number) }
            }
        }
        #expect(try await connection.withClient { try $0.run(["ping": 1], on: "admin")["ok"]?.integer } == 1)
    }

    @Test func `gives its client back when it is dropped, also where its first job holds it`() async throws {
        let pool = try TestServer.makePool(maximumConnections: 50)
        for _ in 0..<200 {
            let connection = try pool.makeConnection()
            try await connection.withClient { client in
                _ = try withExtendedLifetime(connection) { try client.run(["ping": 1], on: "admin") }
            }
        }
    }

    @Test func `a command is waited for as long as the pool says, but for a pass over a collection`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "items")
            let uri = try ConnectionString(TestServer.uri)
            let pool = try ConnectionPool(uri, applicationName: "impatient", patience: .milliseconds(500))
            let (find, name): (BSONDocument, String) = (
                ["find": "items", "filter": ["$where": "sleep(2000) || true"]], database.name
            )
            let error = await #expect(throws: MongoError.self) {
                try await pool.main.withClient { _ = try $0.all(find, on: name) }
            }
            #expect(
                error?.description.contains("no answer from the server within") == true,
                "\(String(describing: error))"
            )
            let found = try await pool.main.withClient { client in
                try client.patiently { try client.all(find, on: name) }
            }
            #expect(found == [["_id": 1]])
        }
    }

    @Test func `answers on all connections are counted, and the fastest is known`() async throws {
        try await TestServer.withDatabase { database in
            let (pool, items) = (try TestServer.makePool(), database.namespace("items"))
            #expect(pool.takeAnswers() == Answers())
            let start = ContinuousClock.now
            _ = try await pool.main.withClient { client in
                try client.transaction(retryingCommitFor: .zero) {
                    try client.insert(DocumentBatch([["_id": 1], ["_id": 2]]), into: items, comment: "").orThrow()
                }
            }
            try await pool.makeConnection().withClient { client in
                let found = try client.open(["find": "items", "batchSize": 1], on: items.database, batchSize: 1)
                try client.forEach(from: found) { _ in }
                #expect(throws: MongoError.self) { try client.run(["noSuchCommand": 1], on: items.database) }
            }
            let answers = pool.takeAnswers()
            // Insert, commit, find and getMore; another getMore says that it was the last.
            #expect(answers.count == 5)
            let fastest = try #require(answers.fastest)
            #expect(fastest > .zero && fastest < (.now - start) / 5)
            #expect(answers.onTheWay == fastest * 5)
            #expect(pool.takeAnswers() == Answers())
            // Insert and find begin something, and the pool never forgets it.
            #expect(pool.operationCount == 2)
        }
    }

    @Test func `many tasks on several connections get their own answers`() async throws {
        try await TestServer.withDatabase { database in
            let connections = try (0..<8).map { _ in try database.pool.makeConnection() }
            let name = database.name
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<1_600 {
                    group.addTask {
                        try await connections[number % 8].withClient { client in
                            let reply = try client.write(
                                [
                                    "findAndModify": "c", "query": ["_id": .int(number % 200)], "new": true,
                                    "update": ["$inc": ["n": 1]], "upsert": true,
                                ],
                                on: name
                            )
                            return reply["value"]?.document?["_id"]?.integer == Int64(number % 200)
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answers == 1_600)
            let counters = try await database.documents(in: "c")
            #expect(counters.count == 200 && counters.allSatisfy { $0["n"]?.integer == 8 })
        }
    }

    @Test func `blocking one connection blocks no other and no task`() async throws {
        let pool = try TestServer.pool()
        let gates = (0..<20).map { _ in Gate() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More than there are threads in the cooperative pool.
            for gate in gates {
                let connection = try pool.makeConnection()
                group.addTask { try await connection.withClient { _ in gate.wait() } }
            }
            let free = try pool.makeConnection()
            #expect(try await free.withClient { try $0.run(["ping": 1], on: "admin")["ok"]?.integer } == 1)
            for gate in gates { gate.open() }
            try await group.waitForAll()
        }
    }

    @Test func `every connection has a session of its own`() async throws {
        let pool = try TestServer.pool()
        let connections = try (0..<10).map { _ in try pool.makeConnection() }
        var ids: Set<BSONDocument> = []
        for connection in connections { ids.insert(try await connection.sessionID()) }
        #expect(ids.count == 10)
        #expect(ids.allSatisfy { $0["id"]?.type == .binary })
        let (first, again) = (try await connections[0].sessionID(), try await connections[0].sessionID())
        #expect(first == again)
    }

    /// Signals are for the thread that waits for them.
    @Test func `a connection's thread takes no signals`() async throws {
        let connection = try TestServer.pool().makeConnection()
        let blocked = try await connection.withClient { _ in
            var set = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &set)
            return [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE].map { sigismember(&set, $0) }
        }
        #expect(blocked == [1, 1, 1, 1, 1])
    }

    @Test func `a connection beyond the pool's limit is an error until another one ends`() async throws {
        let pool = try TestServer.makePool(maximumConnections: 2)
        let ping: @Sendable (borrowing Client) throws -> Int64? = {
            try $0.run(["ping": 1], on: "admin")["ok"]?.integer
        }
        #expect(try await pool.main.withClient(ping) == 1)
        var second: Connection? = try pool.makeConnection()
        #expect(try await second?.withClient(ping) == 1)
        let third = try pool.makeConnection()
        let error = await #expect(throws: MongoError.self) { try await third.withClient(ping) }
        #expect(error?.kind == .driver)
        second = nil
        // Its thread gives the client back soon, not at once.
        var answer: Int64?
        while answer == nil { answer = try? await third.withClient(ping) }
        #expect(answer == 1)
    }

    @Test func `threads and sockets end with their connections`() async {
        // In a process of its own, where nothing else starts threads.
        await #expect(processExitsWith: .success) {
            let pool = try TestServer.makePool()
            _ = try await pool.main.sessionID()
            await startTaskThreads()
            func threads() -> Int { entries(of: "/proc/self/task") }
            func sockets() -> Int { entries(of: "/proc/self/fd") }
            let (threadsBefore, socketsBefore) = (threads(), sockets())
            for _ in 0..<3 {
                var connections = try (0..<20).map { _ in try pool.makeConnection() }
                for connection in connections { _ = try await connection.sessionID() }
                precondition(threads() >= threadsBefore + 20)
                connections = []
                await becomes(atMost: threadsBefore, threads)
            }
            // Clients keep their sockets when they go back to the pool, for the next one.
            precondition(sockets() <= socketsBefore + 21, "\(sockets()) after \(socketsBefore)")
        }
    }

    @Test func `a pool ends with its last connection, threads and sockets and all`() async {
        await #expect(processExitsWith: .success) {
            TestServer.startDriver()
            await startTaskThreads()
            let (threadsBefore, filesBefore) = (entries(of: "/proc/self/task"), entries(of: "/proc/self/fd"))
            for _ in 0..<5 {
                let pool = try TestServer.makePool()
                _ = try await pool.main.sessionID()
            }
            await becomes(atMost: threadsBefore) { entries(of: "/proc/self/task") }
            precondition(entries(of: "/proc/self/fd") <= filesBefore)
        }
    }

    @Test func `a process that exits with connections open ends as it wants to`() async {
        for _ in 0..<5 {
            await #expect(processExitsWith: .exitCode(7)) {
                let pool = try TestServer.makePool()
                let connections = try (0..<5).map { _ in try pool.makeConnection() }
                for connection in connections { _ = try await connection.sessionID() }
                exit(7)
            }
        }
    }
}

/// Lets Swift start all threads that it runs tasks on, so that nobody takes one of them for a connection's later on.
///
/// It starts them as it needs them, up to one for each core: so many tasks that wait for each other need them all.
private func startTaskThreads() async {
    final class Arrivals: Sendable {
        let count = Atomic(0)
    }
    let (arrivals, cores) = (Arrivals(), max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let deadline = ContinuousClock.now + .seconds(10)  // Fewer threads than cores are all that there are, too.
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<cores {
            group.addTask {
                arrivals.count.add(1, ordering: .relaxed)
                while arrivals.count.load(ordering: .relaxed) < cores, ContinuousClock.now < deadline { sched_yield() }
            }
        }
    }
}

/// Waits for what other threads are about to do; they need a moment, not ten seconds.
private func becomes(atMost limit: Int, _ count: () -> Int) async {
    let deadline = ContinuousClock.now + .seconds(10)
    while count() > limit {
        precondition(ContinuousClock.now < deadline, "still \(count()), not \(limit)")
        await Task.yield()
    }
}

/// How many entries a directory of /proc has.
private func entries(of directory: String) -> Int {
    guard let stream = opendir(directory) else { return 0 }
    defer { closedir(stream) }
    var count = 0
    while readdir(stream) != nil { count += 1 }
    return count
}
