# fish completion for mqtt-proxy
function __mqtt_proxy_at
  set -l cmd ""
  for word in (commandline -opc)[2..]
    set -l longer (string trim -- "$cmd $word")
    if contains -- $longer 'check' 'gen haproxy' 'gen all' 'broker' 'broker stop' 'gen'
      set cmd $longer
    end
  end
  test "$cmd" = "$argv[1]"
end
complete -c mqtt-proxy -n '__mqtt_proxy_at \'\'' -f -a 'check' -d 'Run what\'s asked'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'\'' -f -a 'gen' -d 'gen ...'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'\'' -f -a 'broker' -d 'Start a broker'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'gen\'' -f -a 'haproxy' -d 'Write haproxy.cfg'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'gen\'' -f -a 'all' -d 'Write both'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'broker\'' -f -a 'stop' -d 'Stop it'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'check\'' -f -a 'tcp proxy:v1'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'check\'' -l reporter -s r -x -a 'junit tap' -d 'Reporter: a "name"'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'check\'' -l dir -r -d 'Folder'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'check\'' -l strict -s s -d 'Strict \\ all'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'gen haproxy\'' -f -a 'tcp'
complete -c mqtt-proxy -n '__mqtt_proxy_at \'gen all\'' -l json -d 'JSON'
