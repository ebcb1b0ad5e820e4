"use strict";
const seen = [];
function look(move) {
  const registers = {};
  for (const item of document.querySelectorAll("#numbers > span")) {
    registers[item.querySelector("b").textContent] = item.querySelector(".value").textContent;
  }
  seen.push({
    move,
    step: document.getElementById("step").textContent,
    next: document.getElementById("next").textContent,
    line: (document.querySelector("#source .here .number") || {}).textContent,
    registers,
    capabilities: document.querySelectorAll(".capability").length,
    boxes: document.querySelectorAll(".bar .box").length,
    granules: document.querySelectorAll("#granules .granule").length,
    ring: (document.querySelector(".ring.here") || {}).textContent,
    fault: document.getElementById("account").hidden ? "" : document.getElementById("end").textContent,
  });
}
function press(key) {
  document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  look(key);
}
look("open");
const slider = document.getElementById("slider");
const count = Number(slider.max);
for (let n = 0; n < count; n += 1) press("ArrowRight");
for (let n = 0; n < count; n += 1) press("ArrowLeft");
press("End");
press("Home");
press("n");
slider.value = Math.floor(count / 2);
slider.dispatchEvent(new Event("input"));
look("slider");
const shown = document.createElement("script");
shown.type = "application/json";
shown.id = "seen";
shown.textContent = JSON.stringify(seen).replaceAll("<", "\\u003c");
document.body.append(shown);
