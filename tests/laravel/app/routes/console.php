<?php

declare(strict_types=1);

use App\Events\Queued;
use App\Events\Sent;
use Illuminate\Foundation\DevCommands;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\Broadcast;

/*
 * Broadcasts and says, as JSON, how long it took (in microseconds, each time) or what was thrown.
 */
Artisan::command('test:broadcast {how} {channels*} {--text=hello} {--except=} {--times=1} {--every=0}', function (): int {
    ['how' => $how, 'channels' => $channels] = $this->arguments();
    ['text' => $text, 'except' => $except, 'times' => $times, 'every' => $every] = $this->options();

    request()->headers->set('X-Socket-ID', $except);
    $took = [];

    try {
        for ($i = 0; $i < $times; $i++) {
            $started = hrtime(true);

            match ($how) {
                'now' => event(new Sent($channels, $text)),
                'queued' => event(new Queued($channels, $text)),
                'others' => broadcast(new Sent($channels, $text))->toOthers(),
                'anonymous' => Broadcast::on($channels)->as('anonymous')->with(['text' => $text])->send(),
                'directly' => Broadcast::connection()->broadcast($channels, 'direct', ['text' => $text]),
            };

            $took[] = intdiv(hrtime(true) - $started, 1000);
            usleep((int) $every * 1000);
        }
    } catch (Throwable $e) {
        $this->output->write(json_encode(['exception' => $e::class, 'message' => $e->getMessage(), 'took' => $took]));

        return 0;
    }

    $this->output->write(json_encode(['took' => $took]));

    return 0;
});

/*
 * The configuration as the application sees it.
 */
Artisan::command('test:config {key}', function (): void {
    $this->output->write(json_encode(config($this->argument('key'))));
});

/*
 * What packages registered for `php artisan dev`.
 */
Artisan::command('test:dev-commands', function (): void {
    $this->output->write(json_encode(DevCommands::$commands));
});
