import type { MetadataRoute } from "next";
import { themeColors } from "./_ui/theme";

const png = (size: number, purpose: "any" | "maskable") => ({
  src: `/icons/${purpose === "maskable" ? "maskable" : "icon"}-${size}.png`,
  sizes: `${size}x${size}`,
  type: "image/png",
  purpose,
});

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: "TaylorDash",
    short_name: "TaylorDash",
    description: "Is everything well? One page for the whole stack.",
    id: "/",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: themeColors.light,
    theme_color: themeColors.light,
    icons: [png(192, "any"), png(512, "any"), png(192, "maskable"), png(512, "maskable")],
    shortcuts: [{ name: "Services", url: "/services" }],
  };
}
