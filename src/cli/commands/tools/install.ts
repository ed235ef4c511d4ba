import { Args, Flags } from '@oclif/core'
import { installTools } from '../../../stories/tools/tools.js'
import { BaseCommand, exitCodesHelp } from '../../base-command.js'
import { quietFlag } from '../../flags/marks.js'

export default class ToolsInstall extends BaseCommand {
  static override summary = 'Install real programs into your cache, without root and without changing the system'
  static override description =
    `HAProxy, Mosquitto and RabbitMQ come from Debian's packages, from the mirror and with the keys that apt on this host \
uses. They run from the cache with their own loader and libraries. Several names are downloaded in parallel.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> tools install haproxy',
    '<%= config.bin %> tools install haproxy@2.6 haproxy@3.2 mosquitto rabbitmq',
    '<%= config.bin %> tools install mosquitto --cache-dir ./cache --offline',
    '<%= config.bin %> tools install haproxy mosquitto --verify',
  ]
  static override strict = false
  static override args = {
    name: Args.string({ required: true, description: 'haproxy, mosquitto, rabbitmq; with @LINE for a release line' }),
  }
  static override flags = {
    quiet: quietFlag,
    'cache-dir': Flags.string({
      description: 'folder of installed programs',
      env: 'MQTT_PROXY_CACHE',
      helpValue: 'DIR',
    }),
    verify: Flags.boolean({ description: 'compare every file with its signed package' }),
    offline: Flags.boolean({ description: 'use only the cache, no network' }),
  }

  async run() {
    const { argv, flags } = await this.parse(ToolsInstall)
    const tools = await installTools({
      names: argv.map(String),
      cacheDir: flags['cache-dir'],
      offline: flags.offline,
      verify: flags.verify,
      say: (text) => (flags.quiet ? undefined : this.progress(text)),
    })
    for (const tool of tools) {
      const how = tool.fetched ? `fetched in ${(tool.ms / 1000).toFixed(1)} s` : `already there, ${tool.ms} ms`
      const compared = tool.verified === null ? '' : `, ${tool.verified} files as in the signed packages`
      this.out(`${tool.name} ${tool.version}  ${tool.program}  (${how}${compared})`)
    }
    return { schema: 1, ok: true, tools }
  }
}
