import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { formatRelease, type Release, type ToolName } from './catalogue.js'
import { requirePrivate } from './private.js'

/** Raised whenever an installation made by an older mqtt-proxy no longer works; it is then made again. */
const layout = 1

/** The content of `installed.json` of a finished installation. */
export interface Installed {
  readonly layout: number
  readonly tool: ToolName
  readonly line: string
  /** What the program said of itself: `3.2.26`. */
  readonly version: string
  /** The wrapper to run. */
  readonly program: string
  /** The unpacked packages. */
  readonly root: string
  /** Suite and packages it was made of: `haproxy_3.2.26-1_amd64.deb`. */
  readonly suite: string
  readonly packages: readonly string[]
  /** Size of every file, by its path under the folder of the installation. */
  readonly files: Readonly<Record<string, number>>
}

/**
 * The folder for everything we fetch: `--cache-dir`, else `MQTT_PROXY_CACHE`, else `$XDG_CACHE_HOME/mqtt-proxy`,
 * else `~/.cache/mqtt-proxy`.
 */
export function cacheDir(chosen?: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = chosen ?? env.MQTT_PROXY_CACHE
  if (named !== undefined && named !== '') return resolve(named)
  const base = env.XDG_CACHE_HOME
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'mqtt-proxy')
}

/** Where an installation of this release is, or would be. */
export function releaseFolder(cache: string, release: Release): string {
  return join(cache, 'tools', formatRelease(release))
}

export const stampName = 'installed.json'

export function stampLayout(): number {
  return layout
}

/**
 * The finished installation of a release; `undefined` when there is none or when a file of it is missing or cut short.
 * @throws Fault MP-TOOLS-CACHE (exit 3) for one that others own or may write
 */
export async function readInstalled(cache: string, release: Release): Promise<Installed | undefined> {
  const folder = releaseFolder(cache, release)
  const text = await readFile(join(folder, stampName), 'utf8').catch(() => undefined)
  const installed = text === undefined ? undefined : parseStamp(text)
  if (installed === undefined || installed.layout !== layout) return undefined
  if (installed.program !== join(folder, 'bin', release.tool)) return undefined
  await requirePrivate(folder, cache)
  const whole = await Promise.all(
    Object.entries(installed.files).map(async ([path, size]) => {
      const found = await stat(join(folder, path)).catch(() => undefined)
      return found?.isFile() === true && found.size === size
    }),
  )
  return whole.every(Boolean) ? installed : undefined
}

function parseStamp(text: string): Installed | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isInstalled(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isInstalled(value: unknown): value is Installed {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map(Object.entries(value))
  const texts = ['tool', 'line', 'version', 'program', 'root', 'suite'].every(
    (name) => typeof fields.get(name) === 'string',
  )
  const files: unknown = fields.get('files')
  return texts && typeof fields.get('layout') === 'number' && typeof files === 'object' && files !== null
}
