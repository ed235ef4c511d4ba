// Runs the steps of the Dockerfile without an engine: each stage in a private root, an overlay on this machine's own,
// which stands in for the base images. Needs root on Linux. Arguments go to the entry point: check proxy
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { argumentsOf } from '../arguments.mjs'
import { pairsOf, parseDockerfile, stagesOf } from './parse.mjs'

const top = resolve(import.meta.dirname, '../..')
if (process.argv[2] === '--help') argumentsOf('node scripts/dockerfile/run.mjs [COMMAND of mqtt-proxy...]')
const [inside, ...args] = process.argv.slice(2)

if (inside === '--inside') process.exitCode = runStages(args[0], args.slice(1))
else {
  const folder = mkdtempSync('/var/tmp/mqtt-proxy-image-')
  const own = ['--mount', '--fork', '--pid', '--kill-child', process.execPath, import.meta.filename]
  try {
    // Mounts end with the namespace, however this ends.
    const run = spawnSync('unshare', [...own, '--inside', folder, ...process.argv.slice(2)], { stdio: 'inherit' })
    process.exitCode = run.status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runStages(folder, command) {
  const stages = stagesOf(parseDockerfile(readFileSync(join(top, 'Dockerfile'), 'utf8')))
  const roots = new Map()
  let last
  for (const [index, stage] of stages.entries()) {
    const root = mounted(join(folder, String(index)), roots.get(stage.image) ?? '/')
    roots.set(stage.name, root)
    last = { root, folder: '/', user: undefined, env: {}, entry: [], command: [] }
    for (const step of stage.steps) {
      process.stderr.write(`[${stage.name}] ${step.name} ${step.text}\n`)
      doStep(step, last, roots)
    }
  }
  const words = [...last.entry, ...(command.length > 0 ? command : last.command)]
  process.stderr.write(`[image] ${words.join(' ')}\n`)
  return chroot(last, '"$@"', words)
}

function doStep({ name, text }, at, roots) {
  if (name === 'WORKDIR') {
    at.folder = text
    mkdirSync(join(at.root, text), { recursive: true })
  } else if (name === 'ENV') Object.assign(at.env, Object.fromEntries(pairsOf(text)))
  else if (name === 'USER') at.user = text
  else if (name === 'ENTRYPOINT') at.entry = JSON.parse(text)
  else if (name === 'CMD') at.command = JSON.parse(text)
  else if (name === 'COPY') copy(text, at, roots)
  else if (name === 'RUN') {
    const code = chroot(at, text)
    if (code !== 0) throw new Error(`RUN ended with ${code}`)
  }
}

function copy(text, at, roots) {
  const words = text.split(/\s+/)
  const from = words[0].startsWith('--from=') ? roots.get(words.shift().slice('--from='.length)) : top
  const to = resolve(at.folder, words.pop())
  const ignored = new Set(
    from === top ? readFileSync(join(top, '.dockerignore'), 'utf8').split('\n').filter(Boolean) : [],
  )
  for (const word of words) {
    const source = join(from, word)
    const target = join(at.root, to)
    mkdirSync(target, { recursive: true })
    const filter = (path) => !(from === top && ignored.has(path.slice(top.length + 1)))
    const place = statSync(source).isDirectory() ? target : join(target, basename(source))
    cpSync(source, place, { recursive: true, verbatimSymlinks: true, filter, preserveTimestamps: true })
  }
}

/** An overlay whose changes are private, with a user that the images of Node.js have. */
function mounted(folder, below) {
  const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(folder, name))
  for (const one of [upper, work, root]) mkdirSync(one, { recursive: true })
  run('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${below},upperdir=${upper},workdir=${work}`, root])
  run('mount', ['--rbind', '/dev', join(root, 'dev')])
  run('mount', ['-t', 'proc', 'proc', join(root, 'proc')])
  if (!/^node:/m.test(readFileSync(join(root, 'etc/passwd'), 'utf8'))) {
    appendFileSync(join(root, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n')
    appendFileSync(join(root, 'etc/group'), 'node:x:1000:\n')
  }
  mkdirSync(join(root, 'home/node'), { recursive: true })
  run('chown', ['1000:1000', join(root, 'home/node')])
  return root
}

function chroot({ root, folder, user, env }, script, words = []) {
  const who = user === undefined ? [] : [`--userspec=${user}`]
  const home = user === undefined ? '/root' : '/home/node'
  const line = `cd ${folder} && { ${script}; }`
  return run('chroot', [...who, root, '/bin/sh', '-ec', line, 'sh', ...words], {
    ...process.env,
    // As in the images: programs of npm are found, and global packages lie in /usr/local.
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    npm_config_prefix: '/usr/local',
    HOME: home,
    ...env,
  })
}

function run(program, args, env = process.env) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env })
  if (error) throw error
  if (status !== 0 && program !== 'chroot') throw new Error(`${program} ended with ${status}`)
  return status ?? 1
}
