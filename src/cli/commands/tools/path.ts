import { Args, Flags } from '@oclif/core'
import { toolPath } from '../../../stories/tools/tools.js'
import { BaseCommand, exitCodesHelp } from '../../base-command.js'

export default class ToolsPath extends BaseCommand {
  static override summary = 'Print the path of an installed program'
  static override description = exitCodesHelp
  static override examples = [
    '<%= config.bin %> tools path haproxy',
    '$(<%= config.bin %> tools path haproxy@2.6) -vv',
    'HAPROXY_PROGRAM=$(<%= config.bin %> tools path haproxy@3.2) varnishtest test.vtc',
  ]
  static override args = {
    name: Args.string({
      required: true,
      description: 'haproxy, mosquitto, rabbitmq, nginx or chromium; with @LINE for a release line',
    }),
  }
  static override flags = {
    'cache-dir': Flags.string({
      description: 'folder of installed programs',
      env: 'MQTT_PROXY_CACHE',
      helpValue: 'DIR',
    }),
  }

  async run() {
    const { args, flags } = await this.parse(ToolsPath)
    const { tool, line, version, program, root, suite, packages } = await toolPath(args.name, flags['cache-dir'])
    this.outVerbatim(program)
    return { schema: 1, ok: true, tool, line, version, program, root, suite, packages }
  }
}
