<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Events\MessageSent;
use Illuminate\Console\Command;

final class Say extends Command
{
    protected $signature = 'chat:say {text : What to say} {--as=artisan : Under which name}';

    protected $description = 'Say something in the chat';

    public function handle(): int
    {
        event(new MessageSent((string) $this->option('as'), (string) $this->argument('text')));

        $this->components->info('Said.');

        return self::SUCCESS;
    }
}
