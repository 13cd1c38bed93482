--TEST--
A client's address is what a trusted proxy says it is, and nobody else's word counts
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

function address_of(array $settings, string $headers): string
{
    $address = '';
    $server = server($settings);
    $server->on('started', function () use ($server, $headers, &$client): void {
        $client = Client::connect($server->port(), headers: $headers);
    });
    $server->on('connection_opened', function (array $info) use ($server, &$address): void {
        $address = $info['address'];
        $server->stop();
    });
    $server->run();

    return $address;
}

$forwarded = "X-Forwarded-For: 198.51.100.7, 203.0.113.9, 10.0.0.2\r\n";
$real = "X-Real-IP: 192.0.2.1\r\n";
foreach ([
    'nobody is trusted' => [[], $forwarded . $real],
    'others are' => [['trusted_proxies' => ['10.0.0.0/8', '::1']], $forwarded . $real],
    'the peer is' => [['trusted_proxies' => ['127.0.0.1']], $forwarded . $real],
    'and the one before it' => [['trusted_proxies' => ['127.0.0.0/8', '10.0.0.0/8']], $forwarded . $real],
    'whoever connects is' => [['trusted_proxies' => ['*']], $forwarded],
    'X-Real-IP alone' => [['trusted_proxies' => ['127.0.0.1']], $real],
    'no header' => [['trusted_proxies' => ['127.0.0.1']], ''],
] as $what => [$settings, $headers]) {
    echo "$what: ", address_of($settings, $headers), PHP_EOL;
}
?>
--EXPECT--
nobody is trusted: 127.0.0.1
others are: 127.0.0.1
the peer is: 10.0.0.2
and the one before it: 203.0.113.9
whoever connects is: 10.0.0.2
X-Real-IP alone: 192.0.2.1
no header: 127.0.0.1
