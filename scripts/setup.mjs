// Everything a fresh clone needs before it can run: packages, a build, real programs. Plain Node.js, because nothing is
// installed yet; each step looks first and does only what is missing.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const top = dirname(dirname(fileURLToPath(import.meta.url)))
const cli = join(top, 'bin', 'run.js')
const stamp = join(top, 'dist', '.source')

/** The environment cannot do it: exit 3, as everywhere in mqtt-proxy. */
export class Missing extends Error {}

export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs `main`, forwards signals to whatever it is running, and ends with its exit code. */
export async function script(main) {
  process.chdir(top)
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.on(signal, () => {
      stopped ??= code
      for (const child of running) child.kill(signal)
      if (running.size === 0) process.exit(code)
    })
  }
  try {
    const code = await main()
    process.exitCode = stopped ?? code
  } catch (error) {
    if (stopped === undefined) say(error instanceof Missing ? error.message : error.stack)
    process.exitCode = stopped ?? (error instanceof Missing ? 3 : 70)
  }
}

const running = new Set()
let stopped

/** Runs a command with our terminal; resolves with its exit code. `quiet` keeps what it prints until it fails. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: top,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    })
    running.add(child)
    let said = ''
    child.stdout?.on('data', (data) => (said += data))
    child.stderr?.on('data', (data) => (said += data))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      if (stopped !== undefined) return reject(new Missing('stopped'))
      if (quiet && code !== 0) process.stderr.write(said)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}

/** Runs mqtt-proxy itself. */
export function mqttProxy(args, options) {
  return run(process.execPath, [cli, ...args], options)
}

/** Dependencies and build, each only when they are missing or older than what they are made of. */
export async function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Missing(`Node.js ${process.versions.node} is too old: mqtt-proxy needs 20.19 or newer`)
  }
  if (!installed()) await install()
  if (!built()) await build()
}

/** Every package of the lock file stands in node_modules in its version; npm keeps its own list of what it installed. */
function installed() {
  const there = readJson(join(top, 'node_modules', '.package-lock.json'))?.packages
  const wanted = readJson(join(top, 'package-lock.json'))?.packages
  if (there === undefined || wanted === undefined) return false
  return Object.entries(wanted).every(
    ([path, one]) => path === '' || one.optional === true || there[path]?.version === one.version,
  )
}

async function install() {
  const folder = join(top, 'node_modules')
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) {
    throw new Missing('node_modules is a link to an installation that is out of date: install where it points to')
  }
  say('installing dependencies (npm ci)')
  const flags = ['--no-audit', '--no-fund', '--prefer-offline']
  if ((await npm(['ci', ...flags])) === 0) return
  // A mirror without the packages of other platforms makes `npm ci` refuse the lock file; `npm install` takes it.
  say('npm ci refused, trying npm install')
  if ((await npm(['install', ...flags])) === 0) return
  throw new Missing('the dependencies cannot be installed (see above), and without them mqtt-proxy cannot be built')
}

/** npm by the path it gave us, so that the one that runs us is the one that installs. */
function npm(args) {
  const path = process.env.npm_execpath
  const own = path?.endsWith('.js') || path?.endsWith('.cjs')
  return own ? run(process.execPath, [path, ...args], { quiet: true }) : run('npm', args, { quiet: true })
}

function built() {
  if (!existsSync(join(top, 'dist', 'cli', 'main.js'))) return false
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceState()
}

async function build() {
  say('building')
  const before = sourceState()
  for (const step of ['clean', 'build']) {
    if ((await npm(['run', step])) !== 0) throw new Error(`npm run ${step} failed`)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, before)
}

/** Changes whenever a file that the build reads is added, changed or removed. */
function sourceState() {
  const hash = createHash('sha256')
  const files = readdirSync(join(top, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  for (const file of [
    ...files,
    join(top, 'tsconfig.json'),
    join(top, 'package.json'),
    join(top, 'scripts', 'bundle.mjs'),
  ].sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Whether HAProxy is found without us: by its variable or on PATH. The cache is asked by `tools install` itself. */
export function haproxyAtHand() {
  if (process.env.HAPROXY_PROGRAM) return true
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && executable(join(folder, 'haproxy')))
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Gets programs into the cache. Says nothing when they are there; returns the exit code of `tools install`. */
export function fetchTools(names, options) {
  return mqttProxy(['tools', 'install', ...names], options)
}

export const noHaproxy = `HAProxy cannot be had here. Tried: HAPROXY_PROGRAM, our cache, PATH, and fetching it without root (see above).
Install it, or name one with HAPROXY_PROGRAM:
  apt:  sudo apt-get install haproxy
  dnf:  sudo dnf install haproxy
  apk:  sudo apk add haproxy
  brew: brew install haproxy`

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
