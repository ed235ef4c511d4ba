/** `check` ended at random moments, by every signal: no process is left, no report is half, and folders are swept. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomFrom } from './random.mjs'
import { program } from './servers.mjs'

const scenario = join(import.meta.dirname, '../../haproxy-configs/tcp')

export async function run({ seed, runs = 60, row }) {
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-attack-'))
  const kills = Math.min(runs, 200)
  const found = { processes: 0, half: 0, folders: 0, early: 0 }
  try {
    cpSync(scenario, join(folder, 'files'), { recursive: true })
    for (let n = 0; n < kills; n += 1) await killOne(folder, random, found)
    // What SIGKILL left is swept by the next run.
    await ended(check(folder, [], 'last.json'))
    const left = folders(folder).length
    const good = found.processes === 0 && found.half === 0 && found.folders === 0 && left === 0
    row(good, `${kills} kills of check at random moments`, [
      `${found.processes} processes left, ${found.half} half reports, ${found.folders} folders after SIGINT or SIGTERM,`,
      `${left} folders after the next run; ${found.early} runs had ended before`,
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sources = [
  ['tcp', '--broker', 'mosquitto'],
  ['tcp', '--broker', 'embedded'],
  ['--haproxy-config', 'files/haproxy.cfg', '--broker-config', 'files/mosquitto.conf', '--broker', 'mosquitto'],
]

async function killOne(folder, random, found) {
  const report = 'report.json'
  rmSync(join(folder, report), { force: true })
  const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'])
  const child = check(folder, random.pick(sources), report)
  const timer = setTimeout(() => child.kill(signal), random.below(1500))
  const end = await ended(child)
  clearTimeout(timer)
  if (end.code === 0) found.early += 1
  found.processes += await processesLeft(folder)
  if (isHalf(join(folder, report))) found.half += 1
  if (end.signal === null) found.folders += folders(folder).filter((name) => belongsTo(name, child.pid)).length
}

function check(folder, words, report) {
  return spawn(
    process.execPath,
    [program, 'check', ...(words.length > 0 ? words : ['tcp']), '--reporter', `json=${report}`],
    {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder },
      stdio: 'ignore',
    },
  )
}

function ended(child) {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

const folders = (folder) => readdirSync(folder).filter((name) => name.startsWith('mqtt-proxy-'))

/** A folder's name tells its owner; behind the wall the owner is a child of the process that was signalled. */
const belongsTo = (name, pid) => name.split('-')[3] === pid.toString(36)

function isHalf(path) {
  if (!existsSync(path)) return false
  try {
    JSON.parse(readFileSync(path, 'utf8'))
    return false
  } catch {
    return true
  }
}

/** Processes with our folder in their environment, after the kernel had its time to end them. */
async function processesLeft(folder) {
  const until = performance.now() + 3000
  for (;;) {
    const left = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && mentions(pid, folder))
    if (left.length === 0 || performance.now() > until) return left.length
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function mentions(pid, folder) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TMPDIR=${folder}\0`)
  } catch {
    return false
  }
}
