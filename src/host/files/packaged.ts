import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the package: bundled code lies less deep than compiled code, so its package.json is looked for. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** Where a file that ships with the package lies. @param path from the top of the package */
export function packagedPath(path: string): string {
  return join(packageFolder(), path)
}

/** A text that ships with the package. @param path from the top of the package */
export async function packagedText(path: string): Promise<string> {
  return readFile(join(packageFolder(), path), 'utf8')
}

/** Paths of everything in a folder that ships with the package, from that folder, sorted. */
export async function packagedTexts(folder: string): Promise<readonly string[]> {
  return (await readdir(join(packageFolder(), folder), { recursive: true })).sort()
}
