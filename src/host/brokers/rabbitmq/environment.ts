import { join } from 'node:path'
import { loopbackNode, type PortMapper } from '../erlang-epmd.js'

const nodeName = 'mqtt-proxy@localhost'

/** For every script of RabbitMQ: nothing of the host's own RabbitMQ, and distribution on loopback. */
export function scriptEnvironment(mapper: PortMapper): NodeJS.ProcessEnv {
  return {
    ...mapper.env,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CTL_ERL_ARGS: loopbackNode,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: loopbackNode,
  }
}

/** A node whose every folder, port and name are its own. */
export function nodeEnvironment(home: string, configFile: string, nodePort: number): NodeJS.ProcessEnv {
  return {
    RABBITMQ_CONFIG_FILE: configFile,
    RABBITMQ_CONFIG_FILES: join(home, 'run.d'),
    // Else the host's own is read beside ours.
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'advanced.config'),
    RABBITMQ_DIST_PORT: String(nodePort),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_NODENAME: nodeName,
    // The script then becomes Erlang instead of waiting for it: our pid is the broker's.
    detached: 'true',
  }
}
