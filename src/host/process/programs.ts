import { access, constants, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { cacheDir, readInstalled } from '../tools/cache.js'
import { formatRelease, type Release, releasesOf, TOOLS, type ToolName } from '../tools/catalogue.js'

export interface FindOptions {
  /** What the user asked for: a path (`./haproxy`, `/opt/bin/haproxy`), or a release line (`3.2`, `haproxy@3.2`). */
  readonly chosen?: string
  /** Default: as in `cacheDir`. */
  readonly cache?: string
  readonly env?: NodeJS.ProcessEnv
}

export interface FoundProgram {
  readonly program: string
  /** Where it was found, in words: `HAPROXY_PROGRAM`, `the cache (haproxy@3.2)`, `PATH`. */
  readonly by: string
}

/** The variable that names this program, where it is set. */
export function namedByVariable(tool: ToolName, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { variable } = TOOLS[tool]
  return env[variable] ? variable : undefined
}

/** Folders of system programs that an ordinary user's PATH often lacks. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/sbin']

/**
 * Finds a program: what was chosen, else the variable, else our cache, else PATH.
 * @throws Fault MP-NO-PROGRAM (exit 3): what was tried, and how to get it
 */
export async function findProgram(tool: ToolName, options: FindOptions = {}): Promise<FoundProgram> {
  const found = await lookForProgram(tool, options)
  if (found !== undefined) return found
  const cache = cacheDir(options.cache, options.env)
  throw new Fault('MP-NO-PROGRAM', `${tool} was found neither by ${TOOLS[tool].variable}, in ${cache}, nor on PATH`, {
    exit: EXIT.environment,
    hints: [`get it without root: mqtt-proxy tools install ${tool}`, ...TOOLS[tool].elsewhere],
  })
}

/** As `findProgram`, but `undefined` when nothing was chosen and it is nowhere. */
export async function lookForProgram(tool: ToolName, options: FindOptions = {}): Promise<FoundProgram | undefined> {
  const env = options.env ?? process.env
  const cache = cacheDir(options.cache, env)
  if (options.chosen !== undefined && options.chosen !== '') return chosenProgram(tool, options.chosen, cache)
  const { variable } = TOOLS[tool]
  const named = env[variable]
  if (named !== undefined && named !== '') return namedProgram(tool, named, variable)
  return (await inCache(releasesOf(tool), cache)) ?? (await onPath(tool, env))
}

async function chosenProgram(tool: ToolName, chosen: string, cache: string): Promise<FoundProgram> {
  const line = chosen.startsWith(`${tool}@`) ? chosen.slice(tool.length + 1) : chosen
  if (!/^\d+(\.\d+)*$/.test(line)) return namedProgram(tool, chosen, 'what was asked for')
  const releases = releasesOf(tool).filter((one) => one.line === line || line.startsWith(`${one.line}.`))
  const found = await inCache(releases, cache)
  if (found !== undefined) return found
  const known = releasesOf(tool)
    .map((one) => one.line)
    .join(', ')
  throw new Fault('MP-NO-PROGRAM', `${tool} ${line} is not in the cache ${cache}`, {
    exit: releases.length === 0 ? EXIT.usage : EXIT.environment,
    hints: releases.length === 0 ? [`known release lines: ${known}`] : [`mqtt-proxy tools install ${tool}@${line}`],
  })
}

async function namedProgram(tool: ToolName, path: string, by: string): Promise<FoundProgram> {
  const program = resolve(path)
  if (await isExecutable(program)) return { program, by }
  throw new Fault('MP-NO-PROGRAM', `${by} names ${path}, which is not an executable program`, {
    exit: EXIT.environment,
    hints: [`name the ${TOOLS[tool].fileName} program itself, or leave it out: mqtt-proxy tools install ${tool}`],
  })
}

async function inCache(releases: readonly Release[], cache: string): Promise<FoundProgram | undefined> {
  for (const release of releases) {
    const installed = await readInstalled(cache, release)
    if (installed !== undefined) return { program: installed.program, by: `the cache (${formatRelease(release)})` }
  }
  return undefined
}

async function onPath(tool: ToolName, env: NodeJS.ProcessEnv): Promise<FoundProgram | undefined> {
  for (const folder of [...(env.PATH ?? '').split(':'), ...systemFolders]) {
    const program = join(folder, TOOLS[tool].fileName)
    if (folder !== '' && (await isExecutable(program))) return { program, by: 'PATH' }
  }
  return undefined
}

/** Whether a path is a file that we may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  const folder = await readdir(path).then(
    () => true,
    () => false,
  )
  if (folder) return false
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
