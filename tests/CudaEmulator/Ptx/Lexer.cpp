// PTX text to tokens: names with their dots and percent signs, strings, single characters; comments are left out.
#include "Lexer.h"
#include <algorithm>
#include <cctype>
#include <cstring>

static bool inName(char c) {
    return isalnum((unsigned char)c) || (c && strchr("._%$", c));
}

std::vector<Token> tokenize(const std::string& text) {
    std::vector<Token> tokens;
    int line = 1;
    size_t at = 0;
    while (at < text.size()) {
        char c = text[at];
        size_t end;
        if (isspace((unsigned char)c) || c == 0) {
            line += c == '\n';
            at++;
            continue;
        }
        if (text.compare(at, 2, "//") == 0) {
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        if (text.compare(at, 2, "/*") == 0) {
            end = std::min(text.find("*/", at + 2), text.size());
            line += (int)std::count(text.begin() + at, text.begin() + end, '\n');
            at = end + 2;
            continue;
        }
        if (c == '"') {
            end = std::min(text.find('"', at + 1), text.size() - 1) + 1;
        } else {
            end = at + 1;
            while (inName(c) && end < text.size() && inName(text[end])) end++;
        }
        tokens.push_back({text.substr(at, end - at), line});
        at = end;
    }
    tokens.push_back({"", line});
    return tokens;
}
