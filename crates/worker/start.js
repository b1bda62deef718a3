
// Appended to what wasm-bindgen makes of the worker: starts the program, as the page's worker or as a thread of it
// (src/web/threads.rs).
if (self.name === "thread") {
  self.onmessage = async ({ data: [module, memory, pool] }) => {
    try {
      await __wbg_init({ module_or_path: module, memory });
      work_for_pool(pool);
      wasm.__wbindgen_thread_destroy?.();
    } catch (error) {
      console.error(error);
      if (wasm) thread_failed();
    }
    self.close();
  };
} else if (self.name === "hashing") {
  // src/web/hashing.rs: the same program with a memory of its own.
  self.onmessage = ({ data: module }) => {
    self.onmessage = null;
    __wbg_init({ module_or_path: module }).catch((error) => setTimeout(() => { throw error; }));
  };
} else {
  // Thrown outside of the promise, so that the page hears of it and takes another build.
  __wbg_init().catch((error) => setTimeout(() => { throw error; }));
}
