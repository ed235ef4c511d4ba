#!/usr/bin/env node
// CommonJS (bin/package.json): an answer that needs nothing of the program does not wait for the loader of ES modules.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === 'version')) {
  const { name, version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  keepCompiled()
  start()
}

async function start() {
  // A broker with Mosquitto's own arguments starts without the command framework: test suites wait for its port.
  const quick = args[0] === 'broker' && (await require('../dist/program/broker-quick.cjs').runQuickly(args.slice(1)))
  if (quick) return
  // oclif reads OCLIF_COLUMNS when it is imported: piped errors must stay on one line.
  if (!process.stderr.isTTY) process.env.OCLIF_COLUMNS ??= '1000'
  const { main } = require('../dist/program/main.cjs')
  await main(args, join(__dirname, '..'))
}

/** From Node.js 22.1 on. In our own cache: what lies in a folder for everybody may be anybody's code. */
function keepCompiled() {
  const { enableCompileCache } = require('node:module')
  if (enableCompileCache === undefined) return
  const { homedir } = require('node:os')
  const home = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  enableCompileCache(join(process.env.MQTT_PROXY_CACHE || join(home, 'mqtt-proxy'), 'compiled'))
}
