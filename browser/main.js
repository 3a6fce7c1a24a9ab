// The worker comes first: the page asks it at once.
import "./server.js";
import "./controls.js";
import "./messages.js";
import "../lib/page/public/app.js";
