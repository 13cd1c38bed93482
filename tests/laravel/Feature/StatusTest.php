<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * What php artisan reverb:status and php artisan about say of the server.
 */
final class StatusTest extends TestCase
{
    private const NAMES = [
        'address', 'applications', 'applications_left_out', 'auth_failures', 'bytes_received', 'bytes_saved', 'bytes_sent',
        'channels', 'cluster', 'compression', 'connections', 'connections_compressed', 'connections_opened', 'deadline_closes', 'deliveries', 'draining', 'hooks_dropped', 'hooks_waiting',
        'messages_compressed', 'messages_published', 'messages_received', 'path', 'per_second', 'pid', 'queued_bytes', 'slow_closes', 'socket',
        'threads', 'tls', 'transport', 'uptime', 'version',
    ];

    /** An answer of the socket's protocol: status 400, and its words. */
    private const OLDER = 'fread($client, 64); fwrite($client, pack("VCCVvV", 16, 1, 64, 0, 400, 4)."What");';

    private const SILENT = 'sleep(30);';

    #[Test]
    public function it_tells_as_json_what_the_server_has_and_does(): void
    {
        $installation = new Installation(['REVERB_SERVER_THREADS' => '2', 'REVERB_SERVER_PATH' => '/ws']);
        $server = $installation->start();
        $clients = array_map(fn (): WebSocketClient => WebSocketClient::connect($server->port, prefix: '/ws'), range(1, 3));

        foreach ($clients as $client) {
            $client->subscribe('room');
        }

        $installation->broadcast(['now', 'room']);
        $status = self::json($installation->artisan(['reverb:status', '--json'])->mustRun());

        $names = array_keys($status);
        sort($names);
        $this->assertSame(self::NAMES, $names);
        $this->assertSame(phpversion('reverb'), $status['version']);
        $this->assertSame(["127.0.0.1:{$server->port}", '/ws', false], [$status['address'], $status['path'], $status['tls']]);
        $this->assertSame([$installation->socket(), 'socket', false], [$status['socket'], $status['transport'], $status['draining']]);
        $this->assertSame([3, 1, 3], [$status['connections'], $status['channels'], $status['connections_opened']]);
        $this->assertSame([1, 3], [$status['messages_published'], $status['deliveries']]);
        $this->assertSame([0, 0, 0, 0], [$status['queued_bytes'], $status['hooks_waiting'], $status['hooks_dropped'], $status['slow_closes']]);
        $this->assertCount(2, $status['threads']);
        $this->assertSame(3, array_sum(array_column($status['threads'], 'connections')));
        $this->assertSame(['connections' => 3, 'channels' => 1], array_slice($status['applications']['app-id'], 0, 2));
        $this->assertGreaterThanOrEqual(0, $status['uptime']);
        $this->assertSame(
            ['messages_received', 'messages_published', 'deliveries', 'bytes_received', 'bytes_sent', 'bytes_saved'], array_keys($status['per_second'])
        );
        $this->assertSame(0.0, $status['per_second']['deliveries']);
        $this->assertSame([false, 0, 0, 0], [$status['compression'], $status['connections_compressed'], $status['messages_compressed'], $status['bytes_saved']]);
    }

    #[Test]
    public function it_tells_what_compression_does_where_it_is_on(): void
    {
        $installation = new Installation(['REVERB_COMPRESSION' => 'true', 'REVERB_COMPRESSION_THRESHOLD' => '1', 'REVERB_COMPRESSION_LEVEL' => '9']);
        $server = $installation->start();
        $plain = WebSocketClient::connect($server->port);
        $plain->subscribe('room');
        $installation->broadcast(['now', 'room']);
        $plain->receiveData('App\Events\Sent', 'room');

        $status = self::json($installation->artisan(['reverb:status', '--json'])->mustRun());

        $this->assertSame([true, 0, 0, 0], [$status['compression'], $status['connections_compressed'], $status['messages_compressed'], $status['bytes_saved']]);
        $this->assertMatchesRegularExpression(
            '/Connections with it \.+ 0\s.*Messages compressed \.+ 0\s.*Saved \.+ 0 B\s/s', $installation->artisan(['reverb:status'])->mustRun()->getOutput()
        );
    }

    #[Test]
    public function with_watch_it_tells_each_second_what_happens_until_it_is_interrupted(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        [$client, $other] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $client->subscribe('room');
        $other->subscribe('room');
        $broadcasts = $installation->artisan(['test:broadcast', 'now', 'room', '--times=100', '--every=50']);
        $broadcasts->start();
        $client->receiveData('App\Events\Sent', 'room');

        $watch = $installation->artisan(['reverb:status', '--json', '--watch']);
        $watch->start();
        $installation->waitUntil(fn (): bool => substr_count($watch->getOutput(), "\n") >= 2);
        $watch->signal(SIGINT);

        $this->assertSame(0, $watch->wait());
        $broadcasts->stop(0);
        $lines = explode("\n", trim($watch->getOutput()));
        $this->assertSame('', $watch->getErrorOutput());

        foreach ($lines as $line) {
            $rates = json_decode($line, true, flags: JSON_THROW_ON_ERROR)['per_second'];

            // 20 a second at most, to two subscribers; a slow machine makes it fewer.
            $this->assertGreaterThan(0.0, $rates['messages_published']);
            $this->assertLessThanOrEqual(25.0, $rates['messages_published']);
            $this->assertEqualsWithDelta(2 * $rates['messages_published'], $rates['deliveries'], 3.0);
            $this->assertGreaterThan(50 * $rates['deliveries'], $rates['bytes_sent']);
        }
    }

    #[Test]
    public function a_watched_server_may_be_restarted(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $watch = $installation->artisan(['reverb:status', '--json', '--watch']);
        $watch->start();
        $installation->waitUntil(fn (): bool => str_contains($watch->getOutput(), '"pid"'));

        $server->signal(SIGTERM);
        $server->exitStatus();
        $installation->waitUntil(fn (): bool => str_contains($watch->getOutput(), '{"error":"No server runs here'));
        $restarted = $installation->start();
        $installation->waitUntil(fn (): bool => str_contains($watch->getOutput(), "127.0.0.1:{$restarted->port}"));
        $watch->signal(SIGINT);

        $this->assertSame(0, $watch->wait());
    }

    #[Test]
    public function it_tells_people_the_same_and_draws_it_anew_in_the_same_place(): void
    {
        $installation = new Installation(['REVERB_SERVER_THREADS' => '2']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $once = $installation->artisan(['reverb:status'])->mustRun()->getOutput();

        foreach ([
            '/Version \.+ '.preg_quote((string) phpversion('reverb'), '/').'\s/', "/Address \\.+ http:\\/\\/127\\.0\\.0\\.1:{$server->port}\\s/",
            '/Connections \.+ 1\s/', '/Channels \.+ 1\s/', '/Uptime \.+ 00:00:\d\d\s/', '/Deliveries a second \.+ 0\.0\s/',
            '/Slow clients cut \.+ 0\s/', '/Bytes for clients \.+ 0 B\s/', '/Thread 1 \.+ [01] connections?, 0 B waiting\s/',
            '/app-id \.+ 1 connection, 1 channel, /',
        ] as $line) {
            $this->assertMatchesRegularExpression($line, $once);
        }

        $watch = $installation->artisan(['reverb:status', '--watch', '--ansi']);
        $watch->start();
        $installation->waitUntil(fn (): bool => substr_count($watch->getOutput(), 'Version') >= 2);
        $watch->signal(SIGINT);

        $this->assertSame(0, $watch->wait());
        $this->assertSame(substr_count($watch->getOutput(), 'Version'), substr_count($watch->getOutput(), "\e[1;1H\e[0J"));
        $this->assertStringEndsWith("\e[?25h\e[?0c", $watch->getOutput());
    }

    /**
     * @return array<string, array{list<string>, bool}>
     */
    public static function watches(): array
    {
        return ['text' => [[], true], 'JSON' => [['--json'], true], 'text, of no server' => [[], false], 'JSON, of no server' => [['--json'], false]];
    }

    /**
     * @param  list<string>  $options
     */
    #[Test]
    #[DataProvider('watches')]
    public function it_watches_no_longer_than_somebody_reads(array $options, bool $runs): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $watch = $installation->artisan(['reverb:status', '--watch', ...$options], prefix: ['bash', '-c', 'timeout 20 "$@" | head -n 1', '--']);
        $watch->start();
        $watch->waitUntil(fn (): bool => $watch->getOutput() !== '');

        if (! $runs) {
            $server->signal(SIGKILL);
        }

        $installation->waitUntil(fn (): bool => ! $watch->isRunning());
        $this->assertSame(0, $watch->getExitCode());
    }

    #[Test]
    public function applications_are_an_object_also_where_their_ids_are_numbers(): void
    {
        $installation = new Installation(['REVERB_APP_ID' => '0']);
        $server = $installation->start();

        $this->assertStringContainsString('"applications":{"0":{', $installation->artisan(['reverb:status', '--json'])->mustRun()->getOutput());
        $this->assertTrue($server->running());
    }

    #[Test]
    public function where_no_server_answers_it_fails_and_says_what_to_do(): void
    {
        $installation = new Installation;
        $socket = $installation->socket();

        $this->assertNone($installation, "No server runs here: there is no unix socket {$socket}. Start it: php artisan reverb:start.");
        $this->assertNone(
            $installation, 'reverb.servers.reverb.socket is false, so the server has no unix socket, by which its status is told. '
            .'Set REVERB_SERVER_SOCKET to a path, or remove it, and restart the server.', ['REVERB_SERVER_SOCKET' => 'false']
        );
        $this->assertNone(
            $installation, 'reverb.servers.reverb.socket: must be an absolute path', ['REVERB_SERVER_SOCKET' => 'reverb.sock']
        );
        $this->assertNone($installation, 'The PHP extension "reverb", which is the server, is not loaded. Install it', extension: false);

        $server = $installation->start();
        $server->signal(SIGKILL);
        $server->exitStatus();
        $this->assertNone($installation, "the unix socket {$socket} is left over from one that has ended. Start it");

        $server = $installation->start(environment: ['REVERB_SERVER_SOCKET_MODE' => '0000']);
        $installation->share();
        $this->assertNone($installation, "cannot connect to the unix socket \"{$socket}\": Permission denied: it has mode 0000", prefix: Installation::stranger());
        $this->assertTrue($server->running());
    }

    /**
     * @return array<string, array{string, string}>
     */
    public static function others(): array
    {
        return [
            'an older server' => [self::OLDER, 'is of another version, which tells no status (What). Restart it'],
            'a process that does not answer' => [self::SILENT, 'was opened, and no status came within 2 s.'],
        ];
    }

    #[Test]
    #[DataProvider('others')]
    public function what_answers_otherwise_is_told(string $does, string $message): void
    {
        $installation = new Installation;
        $other = self::listen($installation->socket(), $does);

        $this->assertNone($installation, $message);
        $other->stop(0);
    }

    #[Test]
    public function about_has_a_section_on_the_server_and_on_the_way_to_it(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);

        $text = $installation->artisan(['about'])->mustRun()->getOutput();
        $about = self::about($installation);
        $client->close();

        $this->assertMatchesRegularExpression('/^  Reverb \.+/m', $text);
        $this->assertMatchesRegularExpression('/^  Server \.+ running for 00:00:\d\d, 1 connection\s/m', $text);
        $this->assertSame(['address', 'extension', 'package', 'server', 'transport'], self::sorted(array_keys($about)));
        $this->assertSame(['version' => phpversion('reverb'), 'usable' => true], $about['extension']);
        $this->assertNotSame('unknown', $about['package']);
        $this->assertSame("http://127.0.0.1:{$server->port}", $about['address']);
        $this->assertSame(['used' => 'socket', 'reason' => "{$installation->socket()} can be opened"], $about['transport']);
        $this->assertTrue($about['server']['running']);
        $this->assertSame(1, $about['server']['connections']);
    }

    /**
     * @return array<string, array{0: array<string, string>, 1: string, 2: string, 3?: bool}>
     */
    public static function ways(): array
    {
        return [
            'no server' => [[], 'http', '/framework/reverb.sock cannot be opened'],
            'no server, and no other way' => [['REVERB_TRANSPORT' => 'socket'], 'none', '/framework/reverb.sock cannot be opened'],
            'http' => [['REVERB_TRANSPORT' => 'http'], 'http', 'reverb.servers.reverb.transport is "http"'],
            'no socket' => [['REVERB_SERVER_SOCKET' => 'false'], 'http', 'reverb.servers.reverb.socket is false'],
            'redis without scaling' => [['REVERB_TRANSPORT' => 'redis'], 'none', 'reverb.servers.reverb.scaling.enabled is false'],
            'no extension' => [[], 'http', 'the extension "reverb" is not loaded, or does not fit', false],
        ];
    }

    /**
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('ways')]
    public function about_says_which_way_events_take_and_why(array $environment, string $used, string $reason, bool $extension = true): void
    {
        $about = self::about(new Installation($environment), $extension);

        $this->assertSame($used, $about['transport']['used']);
        $this->assertStringContainsString($reason, $about['transport']['reason']);
        $this->assertSame($extension, $about['extension']['usable']);
        $this->assertFalse($about['server']['running']);
        $this->assertNotSame('', $about['server']['error']);
    }

    #[Test]
    public function about_waits_for_no_server_that_does_not_answer(): void
    {
        $installation = new Installation;
        $started = microtime(true);
        $without = self::about($installation);
        $usual = microtime(true) - $started;
        $silent = self::listen($installation->socket(), self::SILENT);

        $started = microtime(true);
        $about = self::about($installation);
        $took = microtime(true) - $started;
        $silent->stop(0);

        $this->assertSame('http', $without['transport']['used']);
        $this->assertSame('socket', $about['transport']['used']);
        $this->assertStringContainsString('no status came within 0.25 s', $about['server']['error']);
        $this->assertLessThan($usual + 1.5, $took);
    }

    /**
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix
     */
    private function assertNone(Installation $installation, string $message, array $environment = [], bool $extension = true, array $prefix = []): void
    {
        $text = $installation->artisan(['reverb:status'], $environment, $extension, $prefix);
        $json = $installation->artisan(['reverb:status', '--json'], $environment, $extension, $prefix);

        $this->assertSame([1, 1], [$text->run(), $json->run()]);
        $this->assertStringContainsString($message, $text->getOutput());
        $this->assertSame(['error'], array_keys(self::json($json)));
        $this->assertStringContainsString($message, self::json($json)['error']);
    }

    /**
     * @return array<string, mixed>
     */
    private static function about(Installation $installation, bool $extension = true): array
    {
        $process = $installation->artisan(['about', '--json', '--only=reverb'], extension: $extension)->mustRun();

        return self::json($process)['reverb'];
    }

    /**
     * @return array<string, mixed>
     */
    private static function json(Process $process): array
    {
        return json_decode($process->getOutput(), true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * @param  list<string>  $names
     * @return list<string>
     */
    private static function sorted(array $names): array
    {
        sort($names);

        return $names;
    }

    /**
     * A process at the socket that is no server of this version.
     */
    private static function listen(string $socket, string $does): Process
    {
        $process = new Process([PHP_BINARY, '-r', <<<PHP
            \$server = stream_socket_server("unix://{\$argv[1]}");
            echo "ready\n";
            while (\$client = stream_socket_accept(\$server, 30)) { {$does} }
            PHP, $socket]);
        $process->start();
        $process->waitUntil(fn (): bool => str_contains($process->getOutput(), 'ready'));

        return $process;
    }
}
