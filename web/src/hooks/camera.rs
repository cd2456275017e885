//! How far the diagram is zoomed and where it is moved to.

use netpol_view::{Point, between, decimal};
use yew::prelude::*;

/// A view of the diagram, in its own units: `(x, y)` is where its top left corner has been moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
    /// 1 is the whole picture.
    pub zoom: f64,
}

impl Camera {
    /// The whole picture.
    pub const FIT: Self = Self { x: 0.0, y: 0.0, zoom: 1.0 };

    const CLOSEST: f64 = 8.0;
    const FARTHEST: f64 = 0.25;

    /// Zoomed by `factor`, the point `(x, y)` of the fitted picture staying where it is seen.
    pub fn zoomed(self, factor: f64, x: f64, y: f64) -> Self {
        let zoom = between(self.zoom * factor, Self::FARTHEST, Self::CLOSEST);
        let factor = zoom / self.zoom;
        Self { x: x - (x - self.x) * factor, y: y - (y - self.y) * factor, zoom }
    }

    /// Moved by so much.
    pub fn moved(self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }

    /// The point of the picture that is seen at a point of the fitted one.
    pub fn seen(self, x: f64, y: f64) -> Point {
        Point { x: (x - self.x) / self.zoom, y: (y - self.y) / self.zoom }
    }

    /// As an SVG transformation.
    pub fn transform(self) -> String {
        format!("translate({} {}) scale({})", decimal(self.x, 2), decimal(self.y, 2), decimal(self.zoom, 4))
    }
}

/// The diagram's camera, which fits anew whenever `opening` counts on.
#[hook]
pub fn use_camera(opening: u32) -> UseStateHandle<Camera> {
    let camera = use_state_eq(|| Camera::FIT);
    use_effect_with(opening, {
        let camera = camera.clone();
        move |_| camera.set(Camera::FIT)
    });
    camera
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_under_the_pointer_stays() {
        let camera = Camera { x: 10.0, y: -5.0, zoom: 1.5 };
        let seen = |camera: Camera, x: f64, y: f64| (camera.x + x * camera.zoom, camera.y + y * camera.zoom);
        let closer = camera.zoomed(2.0, 100.0, 40.0);
        let point = ((100.0 - camera.x) / camera.zoom, (40.0 - camera.y) / camera.zoom);
        let (x, y) = seen(closer, point.0, point.1);
        assert!((x - 100.0).abs() < 1e-9 && (y - 40.0).abs() < 1e-9);
        assert!((closer.zoom - 3.0).abs() < 1e-9);
        assert!((camera.zoomed(1e9, 0.0, 0.0).zoom - Camera::CLOSEST).abs() < 1e-9);
    }
}
