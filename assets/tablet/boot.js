// Starts the app, or says why it can't. The texts are the same as in src/ui/lang/vi.rs, for when that can't be loaded.

const PLAIN_HTTP = {
  block: "plain-http",
  title: "Địa chỉ này không dùng https nên máy không giữ được phiếu.",
  body: "Hãy mở địa chỉ bắt đầu bằng https://",
};
const NO_OPFS = {
  block: "no-opfs",
  title: "Trình duyệt này không giữ được phiếu khi mất mạng.",
  body: "Trên iPad: cập nhật lên iPadOS 17 trở lên, rồi mở từ biểu tượng trên màn hình chính.",
};
const FAILED = {
  block: "storage",
  title: "Máy đang tạm dừng.",
  body: "Xin Ông/Bà dùng phiếu giấy hoặc báo cán bộ. Xin lỗi vì sự bất tiện này.",
};

// The app draws beside what the page was loaded with, so that has to go.
function leaveBoot() {
  document.getElementById("boot")?.remove();
}

function say(notice) {
  leaveBoot();
  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const app = element("div", "app");
  app.dataset.screen = "blocked";
  app.dataset.block = notice.block;
  const screen = element("main", "screen");
  const middle = element("div", "middle");
  middle.setAttribute("role", "alert");
  middle.append(element("h1", "ask", notice.title), element("p", "body", notice.body));
  screen.append(middle);
  app.append(screen);
  document.getElementById("main").replaceChildren(app);
}

// A frame of the district's pages: the screens with nothing behind them. It keeps nothing, so it needs no storage, no
// Worker and no service worker.
const preview = location.hash.startsWith("#preview");

// The engine's Worker is loaded while the page is, and both get the module compiled once. What it says before the app
// listens is kept. Not in a plain iPad tab, which must take nothing, nor in a preview.
function startEngine(compiled) {
  if (navigator.standalone === false || preview) return;
  const worker = new Worker("./worker.js", { type: "module" });
  const heard = [];
  worker.onmessage = (event) => heard.push(event.data);
  self.hailongEngine = { worker, heard };
  compiled.then((module) => worker.postMessage(module), () => {});
}

async function start() {
  if (!isSecureContext && !preview) return say(PLAIN_HTTP);
  if (!("Worker" in self) || !("WebAssembly" in self)) return say(NO_OPFS);
  const keeping = preview ? null : import("./update.js");
  try {
    const compiled = WebAssembly.compileStreaming(fetch("hailong_bg.wasm"));
    startEngine(compiled);
    const { default: init } = await import("./hailong.js");
    await init({ module_or_path: await compiled });
    leaveBoot();
  } catch (error) {
    console.error(error);
    say(FAILED);
    if (preview) return;
    const { failed, keepForOffline } = await keeping;
    keepForOffline();
    return failed();
  }
  import("./keys.js");
  if (preview) return;
  const { keepForOffline, watchTheStart } = await keeping;
  watchTheStart();
  keepForOffline();
}

start();
