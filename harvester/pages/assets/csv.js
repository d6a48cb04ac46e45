"use strict";
// Lines of texts, numbers and nulls → a CSV that the browser saves, for the scripts that follow.
const saveCsv = (file, lines) => {
  // A spreadsheet takes what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
  const inert = (text) => (/^(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/.test(text) ? `'${text}` : text);
  const quoted = (text) => (/^[\w:]+$/.test(text) ? text : `"${inert(text).replaceAll('"', '""')}"`);
  const cell = (value) => (typeof value === "number" ? String(value) : quoted(value ?? ""));
  const text = lines.map((line) => line.map(cell).join(",") + "\n").join("");
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  a.download = file;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000); // a browser that asks where to save begins late
};
