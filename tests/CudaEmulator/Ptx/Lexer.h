// PTX text to tokens.
#pragma once
#include <string>
#include <vector>

struct Token {
    std::string text; // names keep their dots and percent signs; everything else is one character; the last is empty
    int line;
};

std::vector<Token> tokenize(const std::string& text);
