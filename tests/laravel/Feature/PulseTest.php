<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Listeners\Recorder;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Pulse\Recorders\ReverbConnections;
use Laravel\Reverb\Pulse\Recorders\ReverbMessages;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Events\ServerStarted;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Pulse and Telescope: the real ones where the registry has them, else the stand-ins.
 */
final class PulseTest extends TestCase
{
    #[Test]
    public function messages_are_counted_by_the_server_and_stored_by_pulse(): void
    {
        $installation = self::installation();
        $server = $installation->start();
        $clients = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        array_map(fn (WebSocketClient $client) => $client->subscribe('room'), $clients);
        $installation->broadcast(['now', 'room', '--times=50']);

        // Established, subscribed, and the events; and a subscription from each.
        $installation->waitUntil(fn (): bool => self::sum($installation, 'reverb_message:sent') === 104);
        $this->assertSame(2, self::sum($installation, 'reverb_message:received'));
    }

    #[Test]
    public function messages_until_the_end_are_counted(): void
    {
        $installation = self::installation(['REVERB_PULSE_INGEST_INTERVAL' => '3600']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $server->signal(SIGTERM);
        $server->exitStatus();

        $this->assertSame(1, self::sum($installation, 'reverb_message:received'));
        $this->assertGreaterThanOrEqual(2, self::sum($installation, 'reverb_message:sent'));
    }

    /**
     * @return array<string, array{string}>
     */
    public static function prefixes(): array
    {
        return ['without a prefix' => [''], 'with a prefix' => ['/ws']];
    }

    #[Test]
    #[DataProvider('prefixes')]
    public function pulse_check_records_every_connection(string $prefix): void
    {
        $installation = self::installation(['REVERB_SERVER_PATH' => $prefix]);
        $server = $installation->start();
        $clients = [WebSocketClient::connect($server->port, prefix: $prefix), WebSocketClient::connect($server->port, prefix: $prefix)];
        $clients[0]->subscribe('room');

        $installation->artisan(['test:beat'], ['REVERB_PORT' => (string) $server->port])->mustRun();

        $this->assertSame(['avg' => 2, 'max' => 2], self::values($installation, 'reverb_connections'));
    }

    #[Test]
    public function an_application_whose_server_is_away_keeps_no_other_from_being_counted(): void
    {
        $app = fn (string $id, int $port): array => [
            'app_id' => "{$id}-id", 'key' => "{$id}-key", 'secret' => 'app-secret',
            'options' => ['host' => '127.0.0.1', 'port' => $port, 'scheme' => 'http', 'useTLS' => false],
        ];
        $server = (new Installation)->start();
        $client = WebSocketClient::connect($server->port);
        $installation = self::installation(config: ['reverb.apps.apps' => [$app('away', 9), $app('app', $server->port)]]);

        $installation->artisan(['test:beat'])->mustRun();

        $this->assertNull($client->closeCode);
        $this->assertSame(['avg' => 1, 'max' => 1], self::values($installation, 'reverb_connections'));
    }

    /**
     * @return array<string, array{string, list<string>}>
     */
    public static function cards(): array
    {
        return [
            'connections' => ['reverb.connections', ['Reverb Connections', 'Peak', 'Average', 'app-id']],
            'messages' => ['reverb.messages', ['Reverb Messages', 'Sent', 'Sent per second', 'Received', 'Received per second', 'app-id']],
        ];
    }

    /**
     * @param  list<string>  $texts
     */
    #[Test]
    #[DataProvider('cards')]
    public function the_cards_show_what_was_recorded(string $card, array $texts): void
    {
        $installation = self::installation();
        // Pulse keeps a card's figures for some seconds, in a cache.
        $show = fn (): string => $installation->artisan(['test:card', $card], ['CACHE_STORE' => 'array'])->mustRun()->getOutput();
        $empty = $show();
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->broadcast(['now', 'room', '--times=1234']);
        $installation->artisan(['test:beat'], ['REVERB_PORT' => (string) $server->port])->mustRun();
        $installation->waitUntil(fn (): bool => self::sum($installation, 'reverb_message:sent') === 1236);

        $html = $show();

        $this->assertStringContainsString('No results', $empty);
        $this->assertStringNotContainsString('<canvas', $empty);
        $this->assertStringContainsString('<canvas', $html);
        $this->assertStringContainsString('Alpine.data(', $html);

        foreach ($texts as $text) {
            $this->assertStringContainsString($text, $html);
        }

        $this->assertStringContainsString($card === 'reverb.messages' ? '>1,236<' : '>1<', $html);

        [$update] = json_decode(substr($html, strpos($html, 'AGAIN ') + 6), true);
        $lines = $update['params']['charts']['app-id']['lines'];
        $this->assertSame(str_replace('.', '-', $card).'-update', $update['name']);
        $this->assertSame($card === 'reverb.messages' ? 1_236 : 1, (int) max($lines[0]['data']));
        $this->assertCount(60, $lines[0]['data']);
    }

    #[Test]
    public function telescope_stores_now_and_then_and_wants_no_events(): void
    {
        $installation = self::installation();
        $server = $installation->start();
        WebSocketClient::connect($server->port)->subscribe('room');
        $installation->waitUntil(fn (): bool => self::told($installation, ServerStarted::class) > 0);

        $this->assertSame(0, self::told($installation, MessageReceived::class));
    }

    #[Test]
    public function telescope_sees_what_others_listen_to(): void
    {
        $installation = self::installation([
            'TEST_LISTENERS' => json_encode([[Recorder::class, [MessageReceived::class]]], JSON_THROW_ON_ERROR),
        ]);
        $server = $installation->start();
        WebSocketClient::connect($server->port)->subscribe('room');

        $installation->waitUntil(fn (): bool => self::told($installation, MessageReceived::class) > 0);
        $this->assertSame(1, self::told($installation, MessageReceived::class));
    }

    #[Test]
    public function without_pulse_and_telescope_nothing_of_them_is_asked_for(): void
    {
        $installation = new Installation(['TEST_FORBIDDEN' => 'Laravel\Pulse\,Laravel\Telescope\,Livewire\\']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->broadcast(['now', 'room']);
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $server->signal(SIGTERM);

        $this->assertSame(0, $server->exitStatus());
        $this->assertSame('', $installation->log());
    }

    /**
     * @param  array<string, string>  $environment
     * @param  array<string, mixed>  $config
     */
    private static function installation(array $environment = [], array $config = []): Installation
    {
        $installation = new Installation([
            'REVERB_PULSE_INGEST_INTERVAL' => '1',
            'REVERB_TELESCOPE_INGEST_INTERVAL' => '1',
            'TEST_PROVIDERS' => json_encode([
                'Livewire\LivewireServiceProvider', 'Laravel\Pulse\PulseServiceProvider', 'Laravel\Telescope\TelescopeServiceProvider',
            ], JSON_THROW_ON_ERROR),
            'TEST_CONFIG' => json_encode($config + ['pulse.recorders' => [
                ReverbConnections::class => ['sample_rate' => 1],
                ReverbMessages::class => ['sample_rate' => 1],
            ]], JSON_THROW_ON_ERROR),
            ...$environment,
        ]);
        $installation->createTables();

        return $installation;
    }

    private static function sum(Installation $installation, string $type): int
    {
        return self::values($installation, $type)['sum'] ?? 0;
    }

    /**
     * @return array<string, int> what Pulse has stored of the last hour, by aggregate
     */
    private static function values(Installation $installation, string $type): array
    {
        $rows = $installation->query(
            "select aggregate, sum(value) from pulse_aggregates where type = ? and key = 'app-id' and period = 60 group by aggregate order by aggregate", [$type]
        );

        return array_map(intval(...), array_column($rows, 1, 0));
    }

    /**
     * How often Telescope has an event.
     */
    private static function told(Installation $installation, string $event): int
    {
        $rows = $installation->query("select content from telescope_entries where type = 'event'");

        return count(array_filter($rows, fn (array $row): bool => json_decode($row[0], true)['name'] === $event));
    }
}
