<?php

declare(strict_types=1);

use App\Events\Queued;
use App\Events\Rescued;
use App\Events\Sent;
use App\Jobs\Forks;
use Carbon\CarbonImmutable;
use Illuminate\Console\OutputStyle;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Foundation\DevCommands;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;
use Laravel\Pulse\Events\IsolatedBeat;
use Laravel\Pulse\Pulse;
use Livewire\Livewire;

/*
 * Broadcasts and says, as JSON, how long it took (in microseconds, each time) or what was thrown.
 */
Artisan::command('test:broadcast {how} {channels*} {--text=hello} {--except=} {--times=1} {--every=0} {--at-once} {--rescue}', function (): int {
    ['how' => $how, 'channels' => $channels] = $this->arguments();
    ['text' => $text, 'except' => $except, 'times' => $times, 'every' => $every] = $this->options();

    request()->headers->set('X-Socket-ID', $except);
    $took = [];

    // A worker then sees all jobs together, and does not write to the database while this one does.
    if ($this->option('at-once')) {
        DB::beginTransaction();
    }

    try {
        for ($i = 0; $i < $times; $i++) {
            $started = hrtime(true);

            $broadcast = static fn (): mixed => match ($how) {
                'now' => event(new Sent($channels, $text)),
                'queued' => event(new Queued($channels, $text)),
                'rescued' => event(new Rescued($channels, $text)),
                'others' => broadcast(new Sent($channels, $text))->toOthers(),
                'anonymous' => Broadcast::on($channels)->as('anonymous')->with(['text' => $text])->send(),
                'directly' => Broadcast::connection()->broadcast($channels, 'direct', ['text' => $text]),
            };
            $this->option('rescue') ? rescue($broadcast) : $broadcast();

            $took[] = intdiv(hrtime(true) - $started, 1000);
            usleep((int) $every * 1000);
        }
    } catch (Throwable $e) {
        $this->output->write(json_encode(['exception' => $e::class, 'message' => $e->getMessage(), 'took' => $took]));

        return 0;
    }

    if ($this->option('at-once')) {
        DB::commit();
    }

    $this->output->write(json_encode(['took' => $took]));

    return 0;
});

/*
 * Puts a job on the queue that forks, with so many events in each process.
 */
Artisan::command('test:fork {channel} {times}', function (): void {
    dispatch(new Forks($this->argument('channel'), (int) $this->argument('times')));
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

/*
 * Makes the tables of the queue, and those of Pulse and Telescope, real or not.
 */
Artisan::command('test:tables', function (): void {
    Schema::create('jobs', function (Blueprint $table): void {
        $table->id();
        $table->string('queue')->index();
        $table->longText('payload');
        $table->unsignedTinyInteger('attempts');
        $table->unsignedInteger('reserved_at')->nullable();
        $table->unsignedInteger('available_at');
        $table->unsignedInteger('created_at');
    });

    foreach (['Laravel\\Pulse\\Pulse', 'Laravel\\Telescope\\Telescope'] as $class) {
        $package = dirname((new ReflectionClass($class))->getFileName());
        $package = is_dir("{$package}/database") ? $package : dirname($package);
        $this->call('migrate', ['--path' => "{$package}/database/migrations", '--realpath' => true, '--force' => true]);
    }
});

/*
 * What pulse:check does in the first second of a minute.
 */
Artisan::command('test:beat', function (): void {
    event(new IsolatedBeat(CarbonImmutable::now()->startOfMinute()));
    app(Pulse::class)->ingest();
});

/*
 * A card of Pulse's dashboard: as it is after it was loaded, the script that draws it, and what the
 * browser is told when it asks again.
 */
Artisan::command('test:card {name}', function (): void {
    $card = Livewire::withoutLazyLoading()->test($this->argument('name'));

    $loaded = $card->html().implode($card->effects['scripts'] ?? []);
    $again = json_encode($card->refresh()->effects['dispatches'] ?? []);

    $this->output->write("{$loaded}\nAGAIN {$again}", false, OutputStyle::OUTPUT_RAW);
});
