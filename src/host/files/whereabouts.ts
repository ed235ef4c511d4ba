import { dirname, isAbsolute, join } from 'node:path'

/** Where files are looked for that the user's files name by the paths of another machine. */
export interface Whereabouts {
  /** A folder used as that machine's `/`. */
  readonly root: string | undefined
  /** Prefixes of paths, and their replacements here. */
  readonly maps: readonly { readonly from: string; readonly to: string }[]
}

export const thisMachine: Whereabouts = { root: undefined, maps: [] }

/** The places where a path that the file `from` names may lie here, the likeliest first. */
export function placesOf(path: string, from: string, { root, maps }: Whereabouts): readonly string[] {
  if (!isAbsolute(path)) return [...new Set([join(dirname(from), path), path])]
  const mapped = maps.flatMap((one) => {
    const beginning = one.from.replace(/\/$/, '')
    return path === one.from || path.startsWith(`${beginning}/`) ? [join(one.to, path.slice(beginning.length))] : []
  })
  return [...mapped, ...(root === undefined ? [] : [join(root, path)]), path]
}
