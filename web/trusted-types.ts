declare global {
  /** Undefined in browsers without; TypeScript does not know of it yet. */
  var trustedTypes:
    | { createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown }
    | undefined;
}

/** Which addresses may become script: our own, for workers. Text may not become any, so there is no rule for it. */
globalThis.trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    if (new URL(url, location.href).origin === location.origin) return url;
    throw new TypeError(`Script of another origin: ${url}`);
  },
});

export {};
