// From a fresh clone to the result: sets up what is missing, then checks the seven scenarios of the Mosquitto document
// on a real HAProxy and the embedded broker. Arguments go to `mqtt-proxy check`; the exit code is check's.
import { parseArgs } from 'node:util'
import { fetchTools, haproxyAtHand, Missing, mqttProxy, noHaproxy, prepare, script } from './setup.mjs'

const scenarios = ['tcp', 'tls', 'mtls', 'proxy', 'proxy-tls', 'proxy-mtls', 'proxy-mtls-cn']

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
  return mqttProxy(['check', ...scenarios, ...args])
})

/** `tools path` exits 0 when the program is in the cache. */
async function cached() {
  const { spawnSync } = await import('node:child_process')
  return spawnSync(process.execPath, ['bin/run.js', 'tools', 'path', 'haproxy'], { stdio: 'ignore' }).status === 0
}
