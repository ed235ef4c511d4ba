// From a fresh clone to the result: sets up what is missing, then checks the seven scenarios of the Mosquitto document
// on a real HAProxy and the embedded broker. Arguments go to `mqtt-proxy check`; the exit code is check's.
import { parseArgs } from 'node:util'
import { argumentsOf } from './arguments.mjs'
import { fetchTools, haproxyAtHand, Missing, mqttProxy, noHaproxy, prepare, say, script } from './setup.mjs'

/** How the program is called from here, and what is worth a look. */
const works = `
It works. To run mqtt-proxy from this folder: node bin/run.js
Three things to try:
  node bin/run.js gen all proxy-mtls-cn -o lab
  node bin/run.js check --dir lab --reporter html=report.html
  node bin/run.js explain SD
To have it as a command: npm link
Documentation: docs/README.md`

const fails = `
Not everything works here. What is missing, and how to get it:
  node bin/run.js doctor
To run the failed checks again, with bytes and logs:
  node bin/run.js check --last-failed -v`

const scenarios = ['tcp', 'tls', 'mtls', 'proxy', 'proxy-tls', 'proxy-mtls', 'proxy-mtls-cn']

if (process.argv.includes('--help')) argumentsOf('npm run quickstart -- [FLAGS of mqtt-proxy check]')

await script(async () => {
  const args = process.argv.slice(2)
  await prepare()
  const { values } = parseArgs({ args, options: { haproxy: { type: 'string' } }, strict: false })
  const lines = String(values.haproxy ?? '')
    .split(',')
    .filter((text) => /^\d+\.\d+/.test(text))
  if (lines.length > 0) {
    if (
      (await fetchTools(
        lines.map((line) => `haproxy@${line}`),
        { quiet: true },
      )) !== 0
    )
      throw new Missing(noHaproxy)
  } else if (values.haproxy === undefined && !(await cached()) && !haproxyAtHand()) {
    if ((await fetchTools(['haproxy'])) !== 0) throw new Missing(noHaproxy)
  }
  say(`checking ${scenarios.length} scenarios on HAProxy and the embedded broker`)
  const code = await mqttProxy(['check', ...scenarios, ...args])
  say(code === 0 ? works : fails)
  return code
})

/** `tools path` exits 0 when the program is in the cache. */
async function cached() {
  const { spawnSync } = await import('node:child_process')
  return spawnSync(process.execPath, ['bin/run.js', 'tools', 'path', 'haproxy'], { stdio: 'ignore' }).status === 0
}
