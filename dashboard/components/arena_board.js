export default (component) => drawByModules(component, "arena_board", ".arena-board", "The board of the arena");
