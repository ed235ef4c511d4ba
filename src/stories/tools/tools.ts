import { cacheDir, type Installed, readInstalled, releaseFolder } from '../../host/tools/cache.js'
import { formatRelease, knownReleases, parseRelease, type Release, TOOLS } from '../../host/tools/catalogue.js'
import { installRelease } from '../../host/tools/install.js'
import { verifyRelease } from '../../host/tools/verify.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** One release as `tools list` shows it. */
export interface ListedTool {
  readonly name: string
  readonly tool: string
  readonly line: string
  /** What a bare name means. */
  readonly default: boolean
  readonly suites: readonly string[]
  /** Exact version, when it is installed. */
  readonly installed: string | null
  readonly program: string | null
}

/** All releases we can fetch, and which of them are here. */
export async function listTools(chosenCache: string | undefined): Promise<{ cache: string; tools: ListedTool[] }> {
  const cache = cacheDir(chosenCache)
  const tools = await Promise.all(
    knownReleases().map(async (release) => {
      const installed = await readInstalled(cache, release)
      return {
        name: formatRelease(release),
        tool: release.tool,
        line: release.line,
        default: TOOLS[release.tool].releases[0]?.line === release.line,
        suites: release.suites,
        installed: installed?.version ?? null,
        program: installed?.program ?? null,
      }
    }),
  )
  return { cache, tools }
}

export interface InstallRequest {
  readonly names: readonly string[]
  readonly cacheDir: string | undefined
  readonly offline: boolean
  /** Compare what is there already with its signed packages. */
  readonly verify: boolean
  readonly say: (text: string) => void
}

export interface InstalledTool {
  readonly name: string
  readonly version: string
  readonly program: string
  /** False when it was there already. */
  readonly fetched: boolean
  /** How many files and links were compared with the signed packages; `null`: it was not asked for. */
  readonly verified: number | null
  readonly ms: number
}

/**
 * Installs several releases side by side. All names are checked before anything is fetched; the first failure is
 * thrown when all have come to an end.
 */
export async function installTools(request: InstallRequest): Promise<InstalledTool[]> {
  const releases = [...new Set(request.names.map(parseRelease))]
  const cache = cacheDir(request.cacheDir)
  const outcomes = await Promise.allSettled(releases.map((release) => installOne(release, cache, request)))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

async function installOne(release: Release, cache: string, request: InstallRequest): Promise<InstalledTool> {
  const begin = performance.now()
  const options = { cache, offline: request.offline, say: request.say }
  const { installed, fetched } = await installRelease(release, options)
  const verified = request.verify ? await verifyRelease(release, installed, options) : null
  return {
    name: formatRelease(release),
    version: installed.version,
    program: installed.program,
    fetched,
    verified,
    ms: Math.round(performance.now() - begin),
  }
}

/**
 * The installation of one release.
 * @throws Fault MP-NO-PROGRAM (exit 3) when it is not there
 */
export async function toolPath(name: string, chosenCache: string | undefined): Promise<Installed> {
  const release = parseRelease(name)
  const cache = cacheDir(chosenCache)
  const installed = await readInstalled(cache, release)
  if (installed !== undefined) return installed
  throw new Fault('MP-NO-PROGRAM', `${formatRelease(release)} is not in ${releaseFolder(cache, release)}`, {
    exit: EXIT.environment,
    hints: [`mqtt-proxy tools install ${formatRelease(release)}`],
  })
}
