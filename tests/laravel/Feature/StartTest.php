<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\TestCertificate;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * How `reverb:start` starts, and how it says that it cannot.
 */
final class StartTest extends TestCase
{
    #[Test]
    public function without_the_extension_it_says_how_to_install_it(): void
    {
        $process = (new Installation)->artisan(['reverb:start'], extension: false);

        $this->assertSame(1, $process->run());
        $this->assertSays('The PHP extension "reverb", which is the server, is not loaded.', $process);
        $this->assertSays('pecl install reverb', $process);
    }

    #[Test]
    public function it_says_where_it_listens(): void
    {
        $server = (new Installation)->start(['--path=/ws', '--hostname=ws.example.com']);

        $this->assertSame("   INFO  Starting server on 127.0.0.1:{$server->port}/ws (ws.example.com).", rtrim(ltrim($server->output(), "\n")));

        $client = WebSocketClient::connect($server->port, prefix: '/ws');
        $this->assertMatchesRegularExpression('/^\d+\.\d+$/', $client->socketId);
    }

    #[Test]
    public function options_win_over_the_configuration(): void
    {
        $installation = new Installation(['REVERB_SERVER_HOST' => 'nowhere.invalid', 'REVERB_SERVER_PORT' => '1']);

        $this->assertTrue($installation->start(['--host=127.0.0.1', '--port=0'])->running());
    }

    #[Test]
    public function with_a_certificate_it_speaks_tls(): void
    {
        $certificate = TestCertificate::create();
        $server = (new Installation(['TEST_CONFIG' => json_encode([
            'reverb.servers.reverb.options.tls' => [
                'local_cert' => $certificate->file, 'local_pk' => $certificate->key, 'passphrase' => $certificate->passphrase,
                'ciphers' => 'HIGH', 'verify_peer' => false,
            ],
        ], JSON_THROW_ON_ERROR)]))->start();

        $this->assertStringContainsString('Starting secure server on 127.0.0.1', $server->output());
        $server->waitForOutput('WARN  reverb.servers.reverb.options.tls: ciphers has no effect.');
        $this->assertNotSame('', WebSocketClient::connect($server->port, tls: true)->socketId);
    }

    /**
     * @return iterable<string, array{array<string, string>, list<string>, string}>
     */
    public static function refusals(): iterable
    {
        yield 'by an environment variable' => [
            ['REVERB_SERVER_PORT' => 'abc'], [],
            'reverb.servers.reverb.port: must be a whole number from 0 to 65535, not "abc".',
        ];
        yield 'by an option' => [
            [], ['--port=http'],
            '--port: must be a whole number from 0 to 65535, not "http".',
        ];
        yield 'an application without credentials' => [
            ['REVERB_APP_KEY' => ''], [],
            'reverb.apps.apps.0.key: must be a string that is not empty, not "". Is REVERB_APP_KEY set?',
        ];
        yield 'scaling with a Redis that cannot be' => [
            ['REVERB_SCALING_ENABLED' => 'true', 'REDIS_URL' => 'http://redis.internal'], [],
            'reverb.servers.reverb.scaling.server.url (scheme): must be one of tcp, redis, tls, rediss, ssl, unix, not "http".',
        ];
        yield 'another server driver' => [
            ['REVERB_SERVER' => 'pusher'], [],
            'reverb.default: must be "reverb", not "pusher".',
        ];
        yield 'an application provider that nobody added' => [
            ['TEST_CONFIG' => '{"reverb.apps.provider": "database"}'], [],
            'reverb.apps.provider: must be "config" or a provider that the application added by Laravel\Reverb\ApplicationManager::extend(), not "database".',
        ];
        yield 'two applications of one key' => [
            ['TEST_CONFIG' => '{"reverb.apps.apps": [{"app_id": "1", "key": "k", "secret": "s"}, {"app_id": "2", "key": "k", "secret": "s"}]}'], [],
            'reverb.apps.apps.1.key: ',
        ];
        yield 'an address of another machine' => [
            [], ['--host=192.0.2.1'],
            '--host: "192.0.2.1" is not an address of this machine',
        ];
        yield 'certificates of clients' => [
            ['TEST_CONFIG' => '{"reverb.servers.reverb.options.tls": {"local_cert": "/nowhere.pem", "verify_peer": true}}'], [],
            'reverb.servers.reverb.options.tls.verify_peer: this server asks no client for a certificate',
        ];
        yield 'a certificate that is not there' => [
            ['TEST_CONFIG' => '{"reverb.servers.reverb.options.tls": {"local_cert": "/nowhere.pem"}}'], [],
            'reverb.servers.reverb.options.tls.local_cert: cannot read /nowhere.pem',
        ];

        foreach ([
            'Laravel\Reverb\Protocols\Pusher\Contracts\ChannelManager',
            'Laravel\Reverb\Protocols\Pusher\Server',
            'Laravel\Reverb\Servers\Reverb\Contracts\PubSubProvider',
            'Laravel\Reverb\ServerProviderManager',
        ] as $name) {
            yield "a binding of {$name}" => [
                ['TEST_BINDINGS' => json_encode([$name], JSON_THROW_ON_ERROR)], [],
                "The application binds {$name}. The server is native code and cannot use it: remove the binding.",
            ];
        }

        yield 'an application provider that is none' => [
            ['TEST_BINDINGS' => '["Laravel\\\\Reverb\\\\Contracts\\\\ApplicationProvider"]'], [],
            'The application provider is stdClass, which does not implement Laravel\Reverb\Contracts\ApplicationProvider.',
        ];
    }

    /**
     * @param  array<string, string>  $environment
     * @param  list<string>  $options
     */
    #[Test]
    #[DataProvider('refusals')]
    public function what_it_cannot_use_stops_it_with_one_message(array $environment, array $options, string $message): void
    {
        $process = (new Installation($environment))->artisan(['reverb:start', ...$options]);

        $this->assertSame(1, $process->run());
        $this->assertSays($message, $process);
        $this->assertSame(1, substr_count($process->getOutput(), 'ERROR'));
        $this->assertStringNotContainsString('Starting', $process->getOutput());
    }

    #[Test]
    public function a_port_in_use_is_named(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $second = (new Installation)->artisan(['reverb:start', "--port={$server->port}"]);

        $this->assertSame(1, $second->run());
        $this->assertSays("--port: 127.0.0.1:{$server->port} is in use", $second);
        $this->assertNotSame('', WebSocketClient::connect($server->port)->socketId);
    }

    #[Test]
    public function a_stale_socket_is_replaced_and_a_live_one_is_an_error(): void
    {
        $installation = new Installation;
        $first = $installation->start();
        $first->signal(SIGKILL);
        $first->exitStatus();
        $this->assertFileExists($installation->socket());

        $second = $installation->start();
        $this->assertSame([], self::warnings($second));
        $this->assertSame(0660, fileperms($installation->socket()) & 0777);

        $third = $installation->artisan(['reverb:start']);
        $this->assertSame(1, $third->run());
        $this->assertSays('reverb.servers.reverb.socket: ', $third);
        $this->assertSays('reverb.sock', $third);
        $this->assertSame([], $installation->broadcast(['now', 'room'])['exception'] ?? []);
    }

    #[Test]
    public function the_socket_goes_with_the_server(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $server->signal(SIGTERM);

        $this->assertSame(0, $server->exitStatus());
        $this->assertFileDoesNotExist($installation->socket());
    }

    #[Test]
    public function the_mode_of_the_socket_is_a_setting(): void
    {
        $installation = new Installation(['REVERB_SERVER_SOCKET_MODE' => '0606']);
        $server = $installation->start();

        $this->assertTrue($server->running());
        $this->assertSame(0606, fileperms($installation->socket()) & 0777);
    }

    #[Test]
    public function a_path_too_long_is_a_warning_for_the_default_socket_and_an_error_for_one_asked_for(): void
    {
        $installation = new Installation;
        $long = "{$installation->storage}/".str_repeat('a', 100);

        foreach (['framework/cache/data', 'framework/views', 'logs'] as $folder) {
            mkdir("{$long}/{$folder}", 0777, true);
        }

        symlink("{$installation->storage}/config", "{$long}/config");
        $server = $installation->start(environment: ['LARAVEL_STORAGE_PATH' => $long]);
        $this->assertStringContainsString('107', implode(' ', self::warnings($server)));

        $process = $installation->artisan(['reverb:start'], ['REVERB_SERVER_SOCKET' => "{$long}/reverb.sock"]);
        $this->assertSame(1, $process->run());
        $this->assertSays('reverb.servers.reverb.socket: ', $process);
        $this->assertSays('107', $process);
    }

    #[Test]
    public function a_place_that_takes_no_socket_is_a_warning_for_the_default_one_and_an_error_for_one_asked_for(): void
    {
        $installation = new Installation;
        rename("{$installation->storage}/framework", "{$installation->storage}/moved");
        file_put_contents("{$installation->storage}/framework", 'a file where a folder should be');

        $server = $installation->start(environment: ['CACHE_STORE' => 'array']);
        $this->assertStringContainsString('reverb.sock', implode(' ', self::warnings($server)));

        // No filesystem refuses sockets more firmly than this one.
        $process = $installation->artisan(['reverb:start'], ['CACHE_STORE' => 'array', 'REVERB_SERVER_SOCKET' => '/proc/reverb.sock']);
        $this->assertSame(1, $process->run());
        $this->assertSays('reverb.servers.reverb.socket: ', $process);
        $this->assertSays('/proc/reverb.sock', $process);
    }

    #[Test]
    public function without_a_socket_there_is_none(): void
    {
        $installation = new Installation(['REVERB_SERVER_SOCKET' => 'false']);
        $server = $installation->start();

        $this->assertTrue($server->running());
        $this->assertFileDoesNotExist($installation->socket());
    }

    #[Test]
    public function debug_shows_each_message_in_two_columns(): void
    {
        $server = (new Installation)->start(['--debug']);
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $server->waitForOutput('Message Received');
        $server->waitForOutput("\n      \"event\": \"pusher:subscribe\"");

        foreach (['Connection Established', 'Message Received'] as $title) {
            $this->assertMatchesRegularExpression(
                "/^  {$title} \.+ ".preg_quote($client->socketId, '/').'\s*$/m', $server->output()
            );
        }
    }

    #[Test]
    public function what_a_client_sends_cannot_format_the_terminal_or_flood_it(): void
    {
        $server = (new Installation)->start(['--debug']);
        $client = WebSocketClient::connect($server->port);
        $client->send(['event' => 'client-x', 'channel' => 'room', 'data' => ['text' => '<error>red</error>'.str_repeat('x', 5000)]]);

        $server->waitForOutput('<error>red</error>');
        $this->assertLessThan(1500, strlen($server->output()));
    }

    #[Test]
    public function without_debug_it_is_quiet(): void
    {
        $server = (new Installation)->start();
        WebSocketClient::connect($server->port)->subscribe('room');
        usleep(200_000);

        $this->assertStringNotContainsString('room', $server->output());
        $this->assertStringNotContainsString('Connection', $server->output());
    }

    private function assertSays(string $message, Process $process): void
    {
        // The terminal's width breaks lines, and a path of the application is shown without it.
        $this->assertStringContainsString(
            $message, (string) preg_replace('/\s+/', ' ', $process->getOutput().$process->getErrorOutput())
        );
    }

    /**
     * @return list<string>
     */
    private static function warnings(ServerProcess $server): array
    {
        usleep(100_000);
        preg_match_all('/WARN\s+(.*)/', $server->output(), $matches);

        return $matches[1];
    }
}
