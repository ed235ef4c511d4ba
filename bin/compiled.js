/**
 * Keeps what V8 compiled of the program, a file for each command, so that the next start does not compile it again. What
 * Node.js has for that (`module.enableCompileCache`, from version 22.1 on) keeps a file for each module and no function that
 * was compiled after it: it saves less.
 *
 * What is kept is code: it is taken only from a folder and a file that nobody else can write. Whatever is missing, foreign,
 * broken or of another build is compiled as ever; no failure here ends or changes a command.
 */
const fs = require('node:fs')
const Module = require('node:module')
const { homedir } = require('node:os')
const { dirname, join, isAbsolute, sep } = require('node:path')

const program = join(__dirname, '../dist/program') + sep
/** These say that they write nothing outside their sandbox, and take seconds. */
const keepNothing = new Set(['check', 'drill'])
/** Builds of which code is kept; older ones are removed when one is added. */
const mostBuilds = 3

exports.keepCompiled = (args) => {
  if (process.env.NODE_DISABLE_COMPILE_CACHE || keepNothing.has(args[0])) return
  try {
    const folder = keptIn()
    if (folder !== undefined) keepIn(folder, commandOf(args))
  } catch {
    // A start without it is a little slower.
  }
}

/** The folder of the cache; src/host/tools/cache.ts says the same. */
function keptIn() {
  const { MQTT_PROXY_CACHE, XDG_CACHE_HOME } = process.env
  const cache = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache')
  const folder = join(MQTT_PROXY_CACHE || join(cache, 'mqtt-proxy'), 'compiled')
  return isAbsolute(folder) ? folder : undefined
}

/** The file in `commands/` that the arguments name, else what most other starts are. */
function commandOf([first = '', second = '']) {
  const word = /^[a-z][a-z-]*$/
  const names = word.test(first) ? (word.test(second) ? [join(first, second), first] : [first]) : []
  return names.find((name) => fs.existsSync(join(program, 'commands', `${name}.cjs`)))?.replace(sep, '-') ?? 'help'
}

function keepIn(folder, command) {
  const id = fs.readFileSync(join(program, 'build'), 'utf8').trim()
  const build = join(folder, `${process.version}-${process.arch}-${id}`)
  const file = join(build, command)
  const kept = isPrivate(folder) && isPrivate(build) ? read(file) : new Map()
  const scripts = compileWith(kept)
  process.once('exit', () => {
    const compiled = [...scripts].filter(([name, script]) => !kept.has(name) || script.cachedDataRejected)
    if (compiled.length === 0) return
    try {
      if (!makePrivate(folder)) return
      const data = compiled.map(([name, script]) => [name, script.createCachedData()])
      addBuild(folder, build)
      write(file, new Map([...kept, ...data]))
    } catch {
      // A full disk, a folder that has gone: the next start compiles again.
    }
  })
}

/** Files of the program are compiled as Node.js does it, with what was kept of them. @returns what was compiled, by its name */
function compileWith(kept) {
  const { Script } = require('node:vm')
  const { _compile: compile } = Module.prototype
  const head = '(function (exports, require, module, __filename, __dirname) {'
  const scripts = new Map()
  Module.prototype._compile = function (content, filename, ...rest) {
    if (!filename.startsWith(program)) return compile.call(this, content, filename, ...rest)
    const name = filename.slice(program.length)
    const cachedData = kept.get(name)
    const script = new Script(`${head}${content}\n})`, { filename, cachedData, columnOffset: -head.length })
    scripts.set(name, script)
    const { exports } = this
    const run = script.runInThisContext()
    return run.call(exports, exports, Module.createRequire(filename), this, filename, dirname(filename))
  }
  return scripts
}

/** `length of the list, the list [[name, length]...], data...`; nothing of a file that is not so, or not only ours. */
function read(file) {
  if (!fs.existsSync(file)) return new Map()
  try {
    const bytes = readOurs(file)
    let from = 4 + bytes.readUInt32LE(0)
    const list = JSON.parse(bytes.toString('utf8', 4, from))
    const kept = new Map()
    for (const [name, length] of list) {
      kept.set(name, bytes.subarray(from, from + length))
      from += length
    }
    return from === bytes.length ? kept : new Map()
  } catch {
    return new Map()
  }
}

function readOurs(file) {
  const handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
  try {
    const stat = fs.fstatSync(handle)
    if (!stat.isFile() || !isOurs(stat)) throw new Error(`${file} is not only ours`)
    return fs.readFileSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

function write(file, all) {
  const list = Buffer.from(JSON.stringify([...all].map(([name, { length }]) => [name, length])))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(list.length)
  const temp = `${file}.${process.pid}`
  try {
    fs.writeFileSync(temp, Buffer.concat([length, list, ...all.values()]), { mode: 0o600, flag: 'wx' })
    fs.renameSync(temp, file)
  } finally {
    fs.rmSync(temp, { force: true })
  }
}

function addBuild(folder, build) {
  if (fs.existsSync(build)) return
  const others = fs
    .readdirSync(folder)
    .filter((name) => /^v[\d.]+-\w+-[0-9a-f]{16}$/.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, at: fs.lstatSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { path } of others.slice(mostBuilds - 1)) fs.rmSync(path, { recursive: true, force: true })
  fs.mkdirSync(build, { mode: 0o700 })
}

/** Makes the folder where it is missing. root makes none in a folder of somebody else. */
function makePrivate(folder) {
  const missing = []
  let path = folder
  for (; !fs.existsSync(path); path = dirname(path)) missing.unshift(path)
  if (missing.length > 0 && process.getuid?.() === 0 && fs.statSync(path).uid !== 0) return false
  // One by one: with `recursive`, Node.js tries for ever where a system has no folders to make, as /proc.
  for (const one of missing) fs.mkdirSync(one, { mode: 0o700 })
  return isPrivate(folder)
}

function isPrivate(folder) {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && isOurs(found)
}

function isOurs({ uid, mode }) {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)
}
