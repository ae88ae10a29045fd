/// Which collections the names of the configuration mean.
///
/// The protocol goes by UUID: a step that would work on another collection than the run's or the seat's ends the run. By
/// name it works on what it finds.
extension MoveModel {
    /// Whether hot is what it was when the run began.
    func isHotPlanned(_ world: ModelWorld) -> Bool { !world.shared.isHotRenamed || goesByName }

    /// Whether cold is what it was when the run began.
    func isColdPlanned(_ world: ModelWorld) -> Bool { !world.shared.isColdRenamed || goesByName }

    private var goesByName: Bool { mutations.contains(.identityByName) }

    /// What a run finds on hot.
    func hot(_ world: ModelWorld, _ document: Int) -> ModelVersion {
        world.shared.isHotRenamed ? world[document: document].otherHot : world[document: document].hot
    }

    /// What a run finds on cold.
    func cold(_ world: ModelWorld, _ document: Int) -> ModelVersion {
        world.shared.isColdRenamed ? world[document: document].otherCold : world[document: document].cold
    }

    /// Writes to cold, by a run.
    func writeCold(_ world: inout ModelWorld, _ document: Int, _ version: ModelVersion) {
        if world.shared.isColdRenamed {
            world[document: document].otherCold = version
        } else {
            world[document: document].cold = version
        }
    }

    /// Ends a run that finds another collection under a name.
    func refuse(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        stop(world, run, "finds another collection of that name: stops")
    }
}
