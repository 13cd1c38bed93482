<?php

declare(strict_types=1);

use App\Reverb\Handlers\CommandHandler;
use Reverb\Laravel\Facades\Reverb;

// Whispered by resources/js/app.js, answered in the server's process.
Reverb::on('client-command', 'private-chat', CommandHandler::class);
