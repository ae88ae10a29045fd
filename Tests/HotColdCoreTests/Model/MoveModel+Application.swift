/// The application, which knows hot only.
extension MoveModel {
    /// The worlds one acknowledged write of the application away.
    func application(_ world: ModelWorld) -> [ModelStep] {
        var steps = renames(world)
        guard world.shared.operations > 0 else { return steps }
        var document = 0
        while document < documents {
            write(world, document, &steps)
            document += 1
        }
        return steps
    }

    private func write(_ world: ModelWorld, _ index: Int, _ steps: inout [ModelStep]) {
        let document = world[document: index]
        let fresh = UInt64(operations) - world.shared.operations + (start == .both ? 3 : 2)
        if document.hot != .none {
            if operationKinds.contains(.update) { steps.append(wrote(world, index, fresh, "updates")) }
            if operationKinds.contains(.delete) { steps.append(wrote(world, index, .none, "deletes")) }
            if operationKinds.contains(.purge), document.hot == document.cold { steps.append(purged(world, index)) }
            if operationKinds.contains(.revert), document.hot != 1 {
                steps.append(wrote(world, index, 1, "puts the first bytes back"))
            }
        } else if document.newest == .none {
            if operationKinds.contains(.insert) { steps.append(wrote(world, index, fresh, "inserts again")) }
            if operationKinds.contains(.revert) {
                steps.append(wrote(world, index, 1, "inserts the first bytes again"))
            }
        } else if operationKinds.contains(.upsert) {
            // From now on what cold has is another document of that id.
            var parted = world
            parted[document: index].separate = document.newest
            steps.append(wrote(parted, index, fresh, "inserts what cold has"))
        }
    }

    private func wrote(
        _ world: ModelWorld,
        _ document: Int,
        _ version: ModelVersion,
        _ label: StaticString
    ) -> ModelStep {
        var next = world
        next.shared.operations -= 1
        next[document: document].newest = version
        next[document: document].isPurged = false
        writeHot(&next, document, version)
        return ModelStep(label: label, world: next)
    }

    /// Somebody deletes from hot what the archive has: nobody wants the document gone.
    private func purged(_ world: ModelWorld, _ document: Int) -> ModelStep {
        var next = world
        next.shared.operations -= 1
        next[document: document].isPurged = true
        writeHot(&next, document, .none)
        return ModelStep(label: "deletes from hot what cold has", world: next)
    }

    /// An operator renames a collection and makes an empty one of its name, or gives it its name back.
    ///
    /// The server has a rename wait for open transactions on the collection.
    private func renames(_ world: ModelWorld) -> [ModelStep] {
        guard world.shared.renames > 0 else { return [] }
        var next = world
        next.shared.renames -= 1
        next.shared.isColdRenamed.toggle()
        var steps = [ModelStep(label: "renames cold, or back", world: next)]
        if !runs.indices.contains(where: { hasHotTransaction(world, $0) }) {
            next = world
            next.shared.renames -= 1
            next.shared.isHotRenamed.toggle()
            steps.append(ModelStep(label: "renames hot, or back", world: next))
        }
        return steps
    }

    private func hasHotTransaction(_ world: ModelWorld, _ run: Int) -> Bool {
        switch world[run: run].phase {
        case .copy, .verify: true
        case .commit, .commitUnknown, .misledTakeBack, .misled: true
        default: false
        }
    }
}
