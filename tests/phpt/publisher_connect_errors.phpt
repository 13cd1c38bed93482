--TEST--
ConnectException: nothing was sent; the code is the errno, the message says what to do
--EXTENSIONS--
reverb
sockets
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

function attempt(array $options, string $hide = ''): void
{
    foreach (['connect', 'publish'] as $method) {
        try {
            $publisher = new Reverb\Publisher($options);
            $method === 'connect' ? $publisher->connect() : $publisher->publish('1', 'c', 'e', '{}');
            echo "connected\n";
        } catch (Reverb\ConnectException $e) {
            $name = $e->getCode() === 0 ? '' : socket_strerror($e->getCode());
            echo $name, ' | ', str_replace($hide, 'TARGET', $e->getMessage()), PHP_EOL;
        }
    }
}

$tcp = ['key' => 'k', 'secret' => 's', 'host' => '127.0.0.1'];
$path = socket_path();
attempt(['socket' => $path], $path);

// A file that a server left behind.
fclose(stream_socket_server("unix://$path"));
attempt(['socket' => $path], $path);
unlink($path);

attempt(['socket' => str_repeat('/long', 30)], str_repeat('/long', 30));

// A port that nobody has.
$taken = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) substr(strrchr(stream_socket_get_name($taken, false), ':'), 1);
fclose($taken);
attempt(['port' => $port] + $tcp, (string) $port);
attempt(['host' => 'no.such.name.invalid', 'port' => $port] + $tcp, (string) $port);

// A socket that another user may not write to.
$listening = stream_socket_server("unix://$path");
chmod($path, 0600);
$pid = pcntl_fork();
if ($pid === 0) {
    if (posix_geteuid() === 0) {
        posix_setegid(65534);
        posix_seteuid(65534);
        attempt(['socket' => $path], $path);
    } else {
        // Root's rights are needed to become somebody else; the file's owner is refused as well.
        chmod($path, 0);
        attempt(['socket' => $path], $path);
    }
    posix_kill(getmypid(), SIGKILL);
}
pcntl_waitpid($pid, $status);
?>
--EXPECTF--
No such file or directory | cannot connect to the unix socket "TARGET": No such file or directory: does the server run, and with this very path?
No such file or directory | cannot connect to the unix socket "TARGET": No such file or directory: does the server run, and with this very path?
Connection refused | cannot connect to the unix socket "TARGET": Connection refused: the server that made it has ended
Connection refused | cannot connect to the unix socket "TARGET": Connection refused: the server that made it has ended
File name too long | cannot connect to the unix socket "TARGET": File name too long
File name too long | cannot connect to the unix socket "TARGET": File name too long
Connection refused | cannot connect to 127.0.0.1 port TARGET: Connection refused
Connection refused | cannot connect to 127.0.0.1 port TARGET: Connection refused
 | the host "no.such.name.invalid" cannot be resolved: %s
 | the host "no.such.name.invalid" cannot be resolved: %s
Permission denied | cannot connect to the unix socket "TARGET": Permission denied: it has mode 0%d, user %d, group %d, and user %d needs to write; put that user into the group, or change the server's socket_mode
Permission denied | cannot connect to the unix socket "TARGET": Permission denied: it has mode 0%d, user %d, group %d, and user %d needs to write; put that user into the group, or change the server's socket_mode
