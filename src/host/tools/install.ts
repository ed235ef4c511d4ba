import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { makeWorkdir } from '../files/workdir.js'
import { runProgram } from '../process/run-program.js'
import { type AptSource, hostAptSource } from './apt-source.js'
import type { PackageFile } from './apt-tree.js'
import { type Installed, readInstalled, releaseFolder, stampLayout, stampName } from './cache.js'
import { formatRelease, type Release, TOOLS } from './catalogue.js'
import { finishChromium } from './chromium-prefix.js'
import { withLock } from './lock.js'
import { type FoundPackages, type InstallOptions, packagesOf } from './packages.js'
import { fileSizes, findLoader, unpack, writeWrapper } from './prefix.js'
import { finishRabbitmq } from './rabbitmq-prefix.js'

export interface InstallOutcome {
  readonly installed: Installed
  /** False when it was there already, whole. */
  readonly fetched: boolean
}

/**
 * Makes a release runnable from the cache: without root, without changing the host, from Debian's signed packages.
 * Finished installations appear by one rename, so a broken one is never seen; two processes may do this at once.
 * @throws Fault MP-TOOLS-... (exit 3); nothing is installed then
 */
export async function installRelease(release: Release, options: InstallOptions): Promise<InstallOutcome> {
  const present = await readInstalled(options.cache, release)
  if (present !== undefined) return { installed: present, fetched: false }
  const name = formatRelease(release)
  const say = (text: string) => options.say?.(`${name}: ${text}`)
  await makeCache(options.cache)
  const source = await hostAptSource(TOOLS[release.tool].elsewhere)
  const lock = join(options.cache, 'locks', name)
  return withLock(
    lock,
    async () => {
      const other = await readInstalled(options.cache, release)
      if (other !== undefined) return { installed: other, fetched: false }
      return { installed: await install(release, source, options, say), fetched: true }
    },
    () => say('another mqtt-proxy is installing it, waiting'),
  )
}

async function install(
  release: Release,
  source: AptSource,
  options: InstallOptions,
  say: (text: string) => void,
): Promise<Installed> {
  const found = await packagesOf(release, source, options, say)
  const folder = releaseFolder(options.cache, release)
  const draft = await makeWorkdir(release.tool, options.cache)
  try {
    const installed = await draftOf(release, found, { draft: draft.path, folder }, say)
    await mkdir(join(options.cache, 'tools'), { recursive: true })
    await rm(folder, { recursive: true, force: true })
    await rename(draft.path, folder)
    return await verify(release, folder, installed)
  } finally {
    await draft.remove()
  }
}

/** An installation in the folder `draft`, as it will be in `folder`. */
export async function draftOf(
  release: Release,
  { suite, packages, debs }: FoundPackages,
  { draft, folder }: Pick<Draft, 'draft' | 'folder'>,
  say: (text: string) => void,
): Promise<Installed> {
  const root = join(draft, 'root')
  say('unpacking')
  await mkdir(root)
  await unpack(debs, root)
  return await finish(release, { draft, folder, suite, packages })
}

interface Draft {
  readonly draft: string
  readonly folder: string
  readonly suite: string
  readonly packages: readonly PackageFile[]
}

async function finish(release: Release, { draft, folder, suite, packages }: Draft): Promise<Installed> {
  const root = join(draft, 'root')
  const finalRoot = join(folder, 'root')
  await mkdir(join(draft, 'bin'))
  if (release.tool === 'rabbitmq') await finishRabbitmq(root, finalRoot, join(draft, 'bin'))
  else if (release.tool === 'chromium') await finishChromium(root, finalRoot, join(draft, 'bin'), join(folder, 'bin'))
  else await wrapPrograms(release, { draft, folder })
  const debian = packages.find((one) => one.name === TOOLS[release.tool].package)?.version ?? release.line
  const installed: Installed = {
    layout: stampLayout(),
    tool: release.tool,
    line: release.line,
    version: upstreamVersion(debian),
    program: join(folder, 'bin', release.tool),
    root: finalRoot,
    suite,
    packages: packages.map((one) => one.file),
    files: await fileSizes(draft),
  }
  await chmod(draft, 0o755)
  await writeFile(join(draft, stampName), `${JSON.stringify(installed, null, 1)}\n`)
  return installed
}

async function wrapPrograms(release: Release, { draft, folder }: Pick<Draft, 'draft' | 'folder'>): Promise<void> {
  const root = join(draft, 'root')
  const finalRoot = join(folder, 'root')
  const [main = ''] = TOOLS[release.tool].programs
  for (const program of TOOLS[release.tool].programs) {
    const name = program === main ? release.tool : basename(program)
    const loader = await findLoader(root, program)
    const finalFile = join(folder, 'bin', name)
    await writeWrapper(join(draft, 'bin', name), { root, finalRoot, finalFile, program, loader })
  }
}

/** `1:3.2.26-1+deb12u3` is `3.2.26`. */
export function upstreamVersion(debian: string): string {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(debian)?.[1] ?? debian
}

/** The program must say so itself; one that does not run is taken away again. */
async function verify(release: Release, folder: string, installed: Installed): Promise<Installed> {
  const args = TOOLS[release.tool].versionArgs
  if (args.length === 0) return installed
  const said = await runProgram(installed.program, args)
  if (`${said.stdout}${said.stderr}`.includes(installed.version)) return installed
  await rm(folder, { recursive: true, force: true })
  throw new Fault('MP-TOOLS-PACKAGE', `${formatRelease(release)} was unpacked but does not run here`, {
    exit: EXIT.environment,
    hints: [`it said: ${`${said.stdout}${said.stderr}`.trim().slice(0, 200)}`, ...TOOLS[release.tool].elsewhere],
  })
}

async function makeCache(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true }).catch((error: unknown) => {
    throw new Fault('MP-TOOLS-CACHE', `the cache folder ${cache} cannot be made`, {
      exit: EXIT.environment,
      hints: ['choose another with --cache-dir or MQTT_PROXY_CACHE'],
      cause: error,
    })
  })
}
