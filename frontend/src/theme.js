// Runs before the first paint, so that a dark page does not flash white. The choice is kept in this browser.
const choice = localStorage.getItem("luyue-theme") || "auto";
const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
document.documentElement.dataset.themeChoice = choice;
