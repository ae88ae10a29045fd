/// The application, which knows hot only.
extension MoveModel {
    /// The worlds one acknowledged write of the application away.
    func application(_ world: ModelWorld) -> [ModelStep] {
        guard world.shared.operations > 0 else { return [] }
        var steps: [ModelStep] = []
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
        writeHot(&next, document, version)
        return ModelStep(label: label, world: next)
    }
}
