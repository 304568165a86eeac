export default (component) => drawByModules(component, "flow_map", ".flow-map", "The map of the flow");
