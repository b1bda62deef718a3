// What every engine's page shares: its setting, its load, and the prompts.
//
// An engine's page calls `serve` with how it loads and how it continues a prompt. The benchmark
// opens the page with a setting in the address (`?{…}`, JSON), waits for `bench.loaded`, calls
// `bench.run`, and waits for `bench.kept` before anything that is not to share the processor with that. All times are milliseconds of this page's clock, which starts with its navigation.

/** The setting: what the engine's page needs to load its model. */
export const setting = JSON.parse(decodeURIComponent(location.search.slice(1)));

/** Words that are one token each, so that no two prompts begin alike and none is found in a cache. */
const FIRST = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "This", "That", "When", "Where", "Who", "How", "Why", "What", "He", "She", "It", "We", "You", "They", "Tom", "John", "Paul", "Peter", "Mark", "David", "Mary", "London", "Paris", "Rome"];
let runs = 0;

/**
 * @param {() => Promise<void>} load
 * @param {(prompt: {text: string, tokens: number[]}, count: number, onToken: () => void) => Promise<number>} go
 *   continues the prompt by `count` tokens, tells of each, and gives the number of prompt tokens
 * @param {Promise<unknown>} kept comes when the model is on the device, where that is after its load
 */
export function serve(load, go, kept = Promise.resolve()) {
  globalThis.bench = {
    loaded: load().then(() => performance.now()),
    kept: kept.then(() => true),
    /** Reads a prompt of `size` tokens that no prompt before began like, and writes `count`. */
    async run(size, count) {
      const first = runs++ % FIRST.length;
      const prompt = { text: FIRST[first] + " the".repeat(size - 1), tokens: [5000 + first, ...Array(size - 1).fill(262)] };
      const times = [];
      const begun = performance.now();
      const read = await go(prompt, count, () => times.push(performance.now()));
      if (read !== size || times.length < count) {
        throw new Error(`a prompt of ${read} tokens for ${size}, ${times.length} tokens for ${count}`);
      }
      return { first: times[0] - begun, rest: times[count - 1] - times[0] };
    },
  };
}
