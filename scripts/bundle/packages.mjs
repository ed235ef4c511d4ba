/**
 * `await import('yaml')` of a CommonJS package gives names in Node.js, which looks into the file for them, and only a
 * default from a bundle. Here each lazily loaded package becomes a module with the names that Node.js sees.
 */
export function lazyPackages() {
  return {
    name: 'lazy-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:')) return undefined
        return { path, namespace: 'lazy', pluginData: { resolveDir } }
      })
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path, pluginData }) => {
        if (path === 'reflect-metadata') return { contents: `import '${path}'`, resolveDir: pluginData.resolveDir }
        const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name))
        const lines = names.map((name) => `const _${name} = all.${name}; export { _${name} as ${name} }`)
        const contents = [`import * as all from '${path}'`, ...lines].join('\n')
        return { contents, resolveDir: pluginData.resolveDir }
      })
    },
  }
}

/** @param rarelyUsed packages that oclif requires for what few starts do: files in a folder of their own, beside that of the chunks */
export function rarePackages(rarelyUsed) {
  return {
    name: 'rare-packages',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:${rarelyUsed.join('|')})$`) }, ({ path, kind, importer }) =>
        kind === 'require-call' && /@oclif\/core\/lib\//.test(importer)
          ? { path: `../rare/${path}.cjs`, external: true }
          : undefined,
      )
    },
  }
}
