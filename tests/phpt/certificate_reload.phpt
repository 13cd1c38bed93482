--TEST--
SIGHUP reads the certificate anew: new handshakes get it, connections go on, and a wrong file changes nothing
--EXTENSIONS--
reverb
posix
openssl
--FILE--
<?php
require __DIR__ . '/client.inc';

$certificate = removed_at_end(tempnam(sys_get_temp_dir(), 'reverb-cert-'));
$key = removed_at_end(tempnam(sys_get_temp_dir(), 'reverb-key-'));
$renew = function (int $serial) use ($certificate, $key): void {
    $pair = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
    $request = openssl_csr_new(['commonName' => 'localhost'], $pair);
    openssl_x509_export_to_file(openssl_csr_sign($request, null, $pair, 365, serial: $serial), $certificate);
    openssl_pkey_export_to_file($pair, $key, 'passphrase');
};

$renew(1);
$server = server(['tls' => ['local_cert' => $certificate, 'local_pk' => $key, 'passphrase' => 'passphrase']]);
$log = [];
$server->on('log', function (array $line) use (&$log, $certificate, $key): void {
    $line['detail'] = strtr($line['detail'], [$certificate => '<certificate>', $key => '<key>']);
    $log[] = implode(' | ', $line);
});
$clients = [];
$connect = function () use ($server, &$clients): string {
    $clients[] = $client = Client::connect($server->port(), tls: true);

    return $client->certificateSerial();
};
$server->on('started', function (array $info) use ($renew, $connect): void {
    echo count($info['warnings']), ' warnings', PHP_EOL;
    echo 'at the start: ', $connect(), PHP_EOL;
    $renew(2);
    echo 'before the signal: ', $connect(), PHP_EOL;
    posix_kill(getmypid(), SIGHUP);
});
$server->on('signal', function (array $info) use ($server, $key, $connect, &$clients): void {
    static $signals = 0;
    if (++$signals === 1) {
        echo "after $info[signal]: ", $connect(), PHP_EOL;
        file_put_contents($key, 'no key');
        posix_kill(getmypid(), SIGHUP);

        return;
    }
    echo "after $info[signal] with a wrong key: ", $connect(), PHP_EOL;
    foreach ($clients as $client) {
        $client->send(['event' => 'pusher:ping']);
        echo $client->read()['event'], PHP_EOL;
    }
    $server->stop();
});
$server->run();
echo implode(PHP_EOL, $log), PHP_EOL;

try {
    $server->run();
} catch (Reverb\ConfigurationException $e) {
    echo "[$e->setting] ", str_replace($key, '<key>', $e->getMessage()), PHP_EOL;
}
?>
--EXPECTF--
0 warnings
at the start: 1
before the signal: 1
after SIGHUP: 2
after SIGHUP with a wrong key: 2
pusher:pong
pusher:pong
pusher:pong
pusher:pong
info | Certificate Reloaded | <certificate>, valid until %s %d %d:%d:%d %d GMT
error | Certificate Not Reloaded | <key> holds no private key in PEM, or tls.passphrase is not the one it was encrypted with; the earlier one stays in use
[tls.local_pk] <key> holds no private key in PEM, or tls.passphrase is not the one it was encrypted with
