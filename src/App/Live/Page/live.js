const element = id => document.getElementById(id);
const secret = document.querySelector("meta[name=secret]").content;
const narrow = matchMedia("(max-width: 520px)");
let numbers = {};
let connected = false;
let ended = false;

const number = value => value == null ? "–"
  : value === 0 ? "0"
  : Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(2)
  : String(Number(value.toPrecision(4)));

const time = seconds => {
  const two = value => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

// Only what has changed is written: a screen reader and a selection are left in peace.
function write(id, text) {
  if (element(id).textContent !== text)
    element(id).textContent = text;
}

function showNumbers() {
  write("output", numbers.output);
  write("recipe", `${numbers.preset}, ${numbers.size}`);
  write("phase", connected || ended ? numbers.phase : "Not reached");
  write("iteration", `${numbers.steps} of ${numbers.ofSteps}`);
  write("left", numbers.timeLeft.replace(" left", "") || "–");
  write("elapsed", time(numbers.seconds));
  write("per-second", number(numbers.perSecond));
  write("rate", number(numbers.rate));
  write("size", numbers.scales ? `${numbers.scale} (${numbers.scales})` : numbers.scale);
  write("planned", `${numbers.plannedMiB} MiB`);
  write("process", `${numbers.processMiB} MiB`);
  write("device", numbers.device);
  for (const term of ["total", "content", "style", "variation"])
    write(term, number(numbers[term]));
  write("message", numbers.message);
  element("share").value = ended ? 1 : numbers.share;
  document.title = `${ended ? numbers.phase : `${Math.floor(100 * numbers.share)} %`} – ${numbers.output}`;
  for (const id of ["save", "stop"])
    element(id).disabled = ended || !connected;
}

function showChart(svg) {
  const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  element("chart").replaceChildren(document.importNode(drawing, true));
  element("chart").setAttribute(
    "aria-label", `The losses over ${numbers.steps} iterations; the whole is now ${number(numbers.total)}`);
}

function fit() {
  const stage = element("stage");
  const aspect = stage.dataset.width / stage.dataset.height;
  stage.style.aspectRatio = String(aspect);
  stage.style.maxWidth = `calc(${aspect} * 76vh)`;
}

async function askForPictures() {
  let shown = -1;
  while (!ended) {
    if (document.hidden || !connected) {
      await pause(300);
      continue;
    }
    try {
      const answer = await fetch(`picture?after=${shown}`);
      if (answer.status === 200) {
        const address = URL.createObjectURL(await answer.blob());
        const steps = Number(answer.headers.get("X-Steps"));
        const loaded = new Image();
        loaded.src = address;
        await loaded.decode();
        if (ended)
          return;
        const before = element("result").src;
        element("result").src = address;
        URL.revokeObjectURL(before);
        shown = steps;
        write("shown", `The picture after ${steps} ${steps === 1 ? "iteration" : "iterations"}.`);
      } else if (answer.status !== 204) {
        await pause(2000);
      }
    } catch {
      await pause(1000);
    }
  }
}

async function askForCharts() {
  let drawn = "";
  while (!ended) {
    const wanted = `${numbers.steps} ${narrow.matches}`;
    if (!document.hidden && connected && numbers.steps > 0 && wanted !== drawn) {
      try {
        const answer = await fetch(narrow.matches ? "chart-narrow" : "chart-wide");
        if (answer.ok && !ended) {
          showChart(await answer.text());
          drawn = wanted;
        }
      } catch {
        // The next one may come through.
      }
    }
    await pause(2000);
  }
}

async function act(name) {
  element(name).disabled = true;
  try {
    await fetch(name, { method: "POST", headers: { "X-Run-Secret": secret } });
  } catch {
    write("message", "The run cannot be reached.");
  }
}

const events = new EventSource("events");
events.addEventListener("numbers", event => {
  connected = true;
  numbers = JSON.parse(event.data);
  showNumbers();
});
events.addEventListener("end", event => {
  ended = true;
  events.close();
  const end = JSON.parse(event.data);
  if (end.picture) {
    element("result").src = end.picture;
    element("result").alt = "The finished picture";
    write("shown", `The finished picture, after ${numbers.steps} iterations.`);
  }
  const draw = () => showChart(narrow.matches ? end.narrow : end.wide);
  draw();
  narrow.addEventListener("change", draw);
  showNumbers();
});
events.addEventListener("error", () => {
  if (ended)
    return;
  connected = false;
  write("phase", "Not reached");
  write("message", "The run cannot be reached; what is shown is the last that it told.");
  for (const id of ["save", "stop"])
    element(id).disabled = true;
});

for (const id of ["save", "stop"])
  element(id).addEventListener("click", () => act(id));
fit();
askForPictures();
askForCharts();
