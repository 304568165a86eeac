export default (component) => drawByModules(component, "latent_plane", ".latent-plane", "The latent plane");
